using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Protocols;

/// <summary>All that is kept of a client's HTTP/1 connection while it rests between two requests: 128 bytes in a <see cref="RestingTable"/>.</summary>
internal struct RestingConnection
{
    /// <summary>The peer's address.</summary>
    public NetAddress Client;

    /// <summary>Where the peer meant to go before the kernel redirected it.</summary>
    public NetAddress Destination;

    /// <summary>Loop time at which the connection is too old for another exchange.</summary>
    public long RetiresAtMs;

    /// <summary>Loop time at which its last exchange ended.</summary>
    public long SinceMs;

    /// <summary>What the bytes come through; null for a plain socket, of which the descriptor is enough.</summary>
    public Transport? Transport;

    /// <summary>Where its exchanges go; null when that can be made again from the addresses.</summary>
    public IExchangeHandler? Handler;

    /// <summary>Called when the connection has ended.</summary>
    public Action Ended;

    /// <summary>Takes up the connection that is in this place; stays with the place.</summary>
    public Action? Wake;

    /// <summary>The socket where there is no <see cref="Transport"/>.</summary>
    public int Descriptor;

    internal int Older;
    internal int Younger;
}
