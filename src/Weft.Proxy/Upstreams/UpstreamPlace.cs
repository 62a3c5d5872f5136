using System.Globalization;
using Weft.Primitives.Net;

namespace Weft.Proxy.Upstreams;

/// <summary>Where an upstream is, as somebody wrote it.</summary>
/// <param name="Address">The address; for a host only its port counts.</param>
/// <param name="Host">A host name that has to be resolved, else null.</param>
internal readonly record struct UpstreamPlace(NetAddress Address, string? Host)
{
    public override string ToString() => Host is null ? Address.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Address.Port}");

    /// <summary>An address as <see cref="NetAddress"/> has it, or a host name with a port. A name has a letter in its last label, so that no mistyped address becomes one.</summary>
    public static bool TryParse(string text, out UpstreamPlace place)
    {
        if (NetAddress.TryParse(text, out NetAddress address))
        {
            place = new UpstreamPlace(address, null);
            return true;
        }

        place = default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0)
        {
            return false;
        }

        string host = text[..colon].ToLowerInvariant();
        string[] labels = host.TrimEnd('.').Split('.');
        bool isName = host.Length <= 253 && labels[^1].Any(char.IsAsciiLetter)
            && Array.TrueForAll(labels, static label => label.Length is > 0 and <= 63 && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        place = new UpstreamPlace(default(NetAddress).WithPort(port), host);
        return isName;
    }
}
