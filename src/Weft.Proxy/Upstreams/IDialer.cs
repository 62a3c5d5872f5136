using Weft.Proxy.Engine;
using Weft.Routing;

namespace Weft.Proxy.Upstreams;

/// <summary>Opens transports to upstreams; memory stands in for it in tests.</summary>
internal interface IDialer
{
    /// <summary>A transport that is ready for bytes, or the reason why there is none.</summary>
    ValueTask<(Transport? Transport, EndReason Reason)> DialAsync(UpstreamSettings settings);
}
