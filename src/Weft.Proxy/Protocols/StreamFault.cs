namespace Weft.Proxy.Protocols;

/// <summary>How a stream broke, said without knowing which side of the proxy it is on; the path maps it to one reason.</summary>
internal enum StreamFault : byte
{
    None,

    /// <summary>The peer closed before its message was complete.</summary>
    PeerClosed,

    /// <summary>The peer reset the stream or the connection.</summary>
    PeerReset,

    /// <summary>The peer broke the protocol.</summary>
    Protocol,

    /// <summary>The peer certainly did not process the stream (REFUSED_STREAM, GOAWAY with a lower number): it may be tried elsewhere.</summary>
    Refused,

    /// <summary>The other side of the exchange is gone, so this one was given up.</summary>
    OtherSideGone,

    /// <summary>A deadline of ours passed.</summary>
    Timeout,

    /// <summary>The exchange was begun on a guess that was wrong: it never was.</summary>
    Withdrawn,

    /// <summary>There is no memory for what the peer sends, or for what it does not take.</summary>
    Overloaded,

    /// <summary>We are shutting down.</summary>
    Draining,
}
