namespace Weft.Proxy.Telemetry;

/// <summary>What one receiver of records has missed: it was slower than the traffic, hung or was gone. Traffic never waits for one.</summary>
/// <param name="Sink">"access_log" or "otlp".</param>
/// <param name="Dropped">Records since the start of the process.</param>
internal readonly record struct SinkDrops(string Sink, long Dropped);
