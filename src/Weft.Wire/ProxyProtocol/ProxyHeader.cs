using Weft.Primitives.Net;

namespace Weft.Wire.ProxyProtocol;

/// <summary>What a PROXY protocol header says.</summary>
/// <param name="Version">How it was written.</param>
/// <param name="IsLocal">Command LOCAL: the sender speaks for itself, as health checks do.</param>
/// <param name="Source">The client; family None when the header does not say: the connection's own address counts then.</param>
/// <param name="Destination">Where the client had connected to; of the same family as <paramref name="Source"/>.</param>
/// <param name="Length">Octets of the header.</param>
public readonly record struct ProxyHeader(ProxyVersion Version, bool IsLocal, NetAddress Source, NetAddress Destination, int Length)
{
    /// <summary>The longest line of version 1, its CRLF included.</summary>
    public const int V1Max = 107;

    /// <summary>The longest header of version 2 that is taken: what every path carries in one packet. Honest ones have 28 to some 200.</summary>
    public const int V2Max = 536;

    /// <summary>The 12 octets that begin version 2.</summary>
    internal static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;
}
