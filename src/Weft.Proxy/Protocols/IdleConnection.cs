using Weft.Proxy.Engine;

namespace Weft.Proxy.Protocols;

/// <summary>All that is kept of a client's HTTP/1 connection while it rests between two requests.</summary>
internal sealed class IdleConnection
{
    private readonly IdleConnections _place;

    public IdleConnection(IdleConnections place, Transport transport, IExchangeHandler handler, Action ended)
    {
        _place = place;
        Transport = transport;
        Handler = handler;
        Ended = ended;
    }

    public Transport Transport { get; }

    public IExchangeHandler Handler { get; }

    public Action Ended { get; }

    /// <summary>Loop time at which the connection is too old for another exchange.</summary>
    public long RetiresAtMs { get; init; }

    /// <summary>Loop time at which it has rested long enough.</summary>
    public long ClosesAtMs { get; init; }

    internal IdleConnection? Previous { get; set; }

    internal IdleConnection? Next { get; set; }

    /// <summary>Watches for the next byte, the peer's end, or whatever else happens on the transport.</summary>
    public void Watch() => Transport.Readable.UnsafeOnCompleted(Wake);

    private void Wake() => _place.Wake(this);
}
