namespace Weft.ControlPlane.Flows;

/// <summary>What a tap asks for.</summary>
/// <param name="Filter">In the filter language; empty for everything.</param>
/// <param name="MaxPerSecond">Records a second from each proxy, 1 to 10,000.</param>
/// <param name="Headers">Names of header fields to show, separated by commas.</param>
/// <param name="Namespace">Only proxies of this namespace; null for all.</param>
/// <param name="Service">Only proxies of this service, "namespace/name"; null for all.</param>
public sealed record TapRequest(string Filter, int MaxPerSecond, string Headers, string? Namespace, string? Service);
