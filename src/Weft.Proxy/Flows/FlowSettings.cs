using Weft.Routing.Snapshot;

namespace Weft.Proxy.Flows;

/// <summary>What the loops must know to write records. It never changes; a new one is published.</summary>
internal sealed record FlowSettings
{
    /// <summary>Share of traces kept without further reason.</summary>
    public const double SampleDefault = 0.01;

    /// <summary>An exchange whose answer takes at least so long is slow.</summary>
    public const long SlowDefaultUs = 1_000_000;

    public static FlowSettings Default { get; } = new();

    /// <summary>0..1.</summary>
    public double SampleShare { get; init; } = SampleDefault;

    public long SlowUs { get; init; } = SlowDefaultUs;

    /// <summary>Share of ordinary exchanges in the access log, 0..1; failures and slow ones are always there.</summary>
    public double AccessLogShare { get; init; } = 1;

    /// <summary>Whether decision records are wanted of ordinary exchanges, too: a tap is open.</summary>
    public bool WantsConsidered { get; init; }

    /// <summary>Header fields that taps asked for, in lower case.</summary>
    public IReadOnlyList<byte[]> HeaderNames { get; init; } = [];

    /// <summary>These where the control plane says nothing, else what it says.</summary>
    public FlowSettings Under(TelemetryView? telemetry) => telemetry is null ? this : this with
    {
        SampleShare = telemetry.TraceShare ?? SampleShare,
        SlowUs = telemetry.SlowUs ?? SlowUs,
        AccessLogShare = telemetry.AccessLogShare ?? AccessLogShare,
    };

    /// <summary>Whether a trace belongs to the sampled share. Both proxies of a hop say the same.</summary>
    public bool Samples(UInt128 trace)
    {
        // The last 56 bits are random in every kind of trace id (W3C Trace Context level 2, 3.2.2.5.2).
        const ulong Bits = 1UL << 56;
        return ((ulong)trace & (Bits - 1)) < SampleShare * Bits;
    }
}
