using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>What is known when an exchange is over.</summary>
internal readonly record struct Ending(EndReason Reason, int Status, int GrpcStatus, long BytesSent, long BytesReceived)
{
    /// <summary>Whether Weft itself refused or broke it off, as against a peer that went away.</summary>
    public bool Refused => Reason is not (EndReason.Ok or EndReason.DownstreamClosed or EndReason.DownstreamReset
        or EndReason.UpstreamClosed or EndReason.UpstreamReset);

    /// <summary>1..5, or 0 without a status.</summary>
    public int StatusClass => Status is >= 100 and < 600 ? Status / 100 : 0;

    /// <summary>
    /// An exchange succeeds when nothing on the way failed and the server did not blame itself: a status of 5xx, and the
    /// gRPC codes that mean the server's fault (unknown, deadline exceeded, internal, unavailable, data loss), are failures.
    /// A client that goes away is no failure of the service.
    /// </summary>
    public bool Success =>
        Reason is EndReason.Ok or EndReason.DownstreamClosed or EndReason.DownstreamReset
        && Status < 500
        && GrpcStatus is not (2 or 4 or 13 or 14 or 15);
}
