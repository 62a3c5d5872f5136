using Weft.Contracts.Mesh;

namespace Weft.Routing.Snapshot;

/// <summary>Checks and compiles the health check of a Service.</summary>
internal static class HealthCheckCompiler
{
    private const string Field = "health_check.";
    private const int TextMax = 1_024;
    private const int RangesMax = 64;

    public static HealthCheckRule? Compile(HealthCheck? source)
    {
        if (source is null)
        {
            return null;
        }

        Check.PortOrZero(source.Port, Field + "port");
        if (source.MinHealthyPercent > 100)
        {
            Check.Fail($"{Field}min_healthy_percent {source.MinHealthyPercent} is more than 100");
        }

        return new HealthCheckRule
        {
            Kind = Check.Known(source.Kind, Field + "kind"),
            Port = (int)source.Port,
            Path = source.Path.Length == 0 ? "/" : Text(source.Path, "path"),
            Host = Text(source.Host, "host"),
            Statuses = Statuses(source.ExpectedStatuses),
            GrpcService = Text(source.GrpcService, "grpc_service"),
            IntervalMs = Between(source.IntervalMs, HealthCheckRule.DefaultIntervalMs, HealthCheckRule.LeastIntervalMs, HealthCheckRule.MostIntervalMs, "interval_ms"),
            TimeoutMs = Between(source.TimeoutMs, HealthCheckRule.DefaultTimeoutMs, 1, HealthCheckRule.MostTimeoutMs, "timeout_ms"),
            UnhealthyThreshold = Between(source.UnhealthyThreshold, 2, 1, HealthCheckRule.ThresholdMax, "unhealthy_threshold"),
            HealthyThreshold = Between(source.HealthyThreshold, 1, 1, HealthCheckRule.ThresholdMax, "healthy_threshold"),
            MinHealthyPercent = (int)source.MinHealthyPercent,
        };
    }

    private static int Between(uint value, int whenZero, int least, int most, string name)
        => value == 0 ? whenZero
            : value >= least && value <= most ? (int)value
            : throw Check.Refused($"{Field}{name} {value} is not between {least} and {most}");

    /// <summary>It is written into the head of a request: no blank and no control character may get there.</summary>
    private static string Text(string value, string name)
        => value.Length <= TextMax && value.All(static c => c is > ' ' and <= '~') ? value : throw Check.Refused($"{Field}{name} is not visible ASCII of at most {TextMax} characters");

    private static List<(int First, int Last)> Statuses(List<StatusRange> source)
    {
        if (source.Count > RangesMax || source.Exists(static range => range.First > range.Last || range.Last > 999))
        {
            Check.Fail($"{Field}expected_statuses has more than {RangesMax} ranges, or one that is none");
        }

        return source.Count == 0 ? [HealthCheckRule.UsualStatuses] : [.. source.Select(static range => ((int)range.First, (int)range.Last))];
    }
}
