using Weft.Model.Text;

namespace Weft.Model.Telemetry;

/// <summary>
/// What the proxies of one service record, or those of every service of the namespace when <see cref="Target"/> is null. A null field: what the namespace's says,
/// else the proxy's own option.
/// </summary>
public sealed record TelemetrySpec : ResourceSpec
{
    public NamespacedName? Target { get; init; }

    /// <summary>Share of traces that are kept without further reason, in millionths.</summary>
    public int? TraceSample { get; init; }

    /// <summary>From when an answer is slow.</summary>
    public TimeSpan? Slow { get; init; }

    /// <summary>Share of ordinary exchanges that the access log shows, in millionths.</summary>
    public int? AccessLogSample { get; init; }

    internal override ResourceKind Kind => ResourceKind.Telemetry;

    /// <summary>This where it says something, else the general one.</summary>
    internal TelemetrySpec Over(TelemetrySpec general) => this with
    {
        TraceSample = TraceSample ?? general.TraceSample,
        Slow = Slow ?? general.Slow,
        AccessLogSample = AccessLogSample ?? general.AccessLogSample,
    };

    internal override MappingNode ToNode() => TelemetryCodec.Write(this);
}
