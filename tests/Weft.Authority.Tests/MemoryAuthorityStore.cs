namespace Weft.Authority.Tests;

internal sealed class MemoryAuthorityStore : IAuthorityStore
{
    internal Dictionary<string, byte[]> Values { get; } = [];

    public byte[]? Read(string name) => Values.TryGetValue(name, out byte[]? value) ? [.. value] : null;

    public void Write(IReadOnlyDictionary<string, byte[]> values)
    {
        foreach ((string name, byte[] value) in values)
        {
            Values[name] = [.. value];
        }
    }
}
