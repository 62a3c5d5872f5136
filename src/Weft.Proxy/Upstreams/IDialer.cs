using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Routing;

namespace Weft.Proxy.Upstreams;

/// <summary>Opens transports to upstreams; memory stands in for it in tests.</summary>
internal interface IDialer
{
    /// <summary>A transport that is ready for bytes, or the reason why there is none.</summary>
    /// <param name="settings">Where to and how.</param>
    /// <param name="arrival">The one client that the transport is for; null when it will carry exchanges of several.</param>
    ValueTask<(Transport? Transport, EndReason Reason)> DialAsync(UpstreamSettings settings, Arrival? arrival);
}
