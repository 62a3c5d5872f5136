using Weft.Proxy.Protocols;
using Weft.Routing;

namespace Weft.Proxy.Upstreams;

/// <summary>A lease, or the reason why there is none.</summary>
internal readonly record struct LeaseResult(ILease? Lease, EndReason Reason);
