using System.Globalization;
using System.Text;

namespace Weft.ControlPlane.Signing;

/// <summary>What the server knows of a join token, kept as one line of text: <c>namespace service expiry-in-unix-seconds</c>.</summary>
internal sealed record JoinTokenRecord(string Namespace, string Service, DateTimeOffset ExpiresAt)
{
    internal byte[] ToBytes()
        => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Namespace} {Service} {ExpiresAt.ToUnixTimeSeconds()}"));

    /// <summary>Null when the bytes are not a record; a token that cannot be read is as good as none.</summary>
    internal static JoinTokenRecord? Parse(byte[] bytes)
    {
        string[] parts = Encoding.UTF8.GetString(bytes).Split(' ');
        return parts.Length == 3 && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 253_402_300_800
            ? new JoinTokenRecord(parts[0], parts[1], DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;
    }
}
