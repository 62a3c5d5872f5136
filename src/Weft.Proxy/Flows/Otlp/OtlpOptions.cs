using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>Where telemetry goes.</summary>
/// <param name="Place">Address or name of the collector.</param>
/// <param name="Protocol">How.</param>
/// <param name="IsDelta">Metrics count since the last report instead of since the start.</param>
internal sealed record OtlpOptions(UpstreamPlace Place, OtlpProtocol Protocol, bool IsDelta = false);
