namespace Weft.Authority;

/// <summary>Where the authority keeps its keys and certificates. Implementations must keep the values from everyone but the server's user.</summary>
public interface IAuthorityStore
{
    /// <summary>The value under a name, or null. The array is the caller's own: keys are wiped from it after use.</summary>
    byte[]? Read(string name);

    /// <summary>Writes all values durably, or none of them: a certificate never stands beside another one's key.
    /// The arrays stay the caller's own and are wiped afterwards.</summary>
    void Write(IReadOnlyDictionary<string, byte[]> values);
}
