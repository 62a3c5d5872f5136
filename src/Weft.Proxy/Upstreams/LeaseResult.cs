using Weft.Proxy.Protocols;
using Weft.Routing;

namespace Weft.Proxy.Upstreams;

/// <summary>A lease, or the reason why there is none.</summary>
/// <param name="Lease">Null when there is none.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="DialUs">Time spent on a connection made for this exchange, in microseconds; 0 when one was there.</param>
internal readonly record struct LeaseResult(ILease? Lease, EndReason Reason, long DialUs = 0);
