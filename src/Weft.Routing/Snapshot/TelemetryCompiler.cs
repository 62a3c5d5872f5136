using Weft.Contracts.Mesh;

namespace Weft.Routing.Snapshot;

/// <summary>Checks and compiles Telemetry.</summary>
internal static class TelemetryCompiler
{
    private const uint Millionths = 1_000_000;

    public static TelemetryView Compile(string name, Telemetry source)
    {
        Check.SameName(Check.ServiceName(name, "name"), "service", source.Service);
        return new TelemetryView(Share(source.TraceSamplePpm, "trace_sample_ppm"), SlowUs(source.SlowMs), Share(source.AccessLogSamplePpm, "access_log_sample_ppm"));
    }

    private static double? Share(uint? ppm, string field)
        => ppm is null or <= Millionths ? (double?)ppm / Millionths : throw Check.Refused($"{field} {ppm} is more than {Millionths}");

    private static long? SlowUs(uint? ms)
        => ms is null ? null : ms.Value > 0 ? Check.TimeoutMs(ms.Value, whenZero: 0, "slow_ms") * 1_000L : throw Check.Refused("slow_ms is 0");
}
