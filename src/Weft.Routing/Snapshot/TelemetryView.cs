namespace Weft.Routing.Snapshot;

/// <summary>What the control plane says of a proxy's records; null where it says nothing.</summary>
/// <param name="TraceShare">Of traces that are kept without further reason, 0..1.</param>
/// <param name="SlowUs">From when an answer is slow, in microseconds.</param>
/// <param name="AccessLogShare">Of ordinary exchanges in the access log, 0..1.</param>
public sealed record TelemetryView(double? TraceShare, long? SlowUs, double? AccessLogShare);
