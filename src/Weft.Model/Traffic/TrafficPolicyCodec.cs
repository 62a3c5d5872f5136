using Weft.Model.Policies;
using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Traffic;

/// <summary>Kind <c>weft.mesh/v1 TrafficPolicy</c>.</summary>
internal static class TrafficPolicyCodec
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    private static readonly ChoiceSet<Balancing> s_balancing = new(("peakEwma", Balancing.PeakEwma), ("roundRobin", Balancing.RoundRobin));

    private static readonly ChoiceSet<HealthCheckType> s_checkTypes = new(
        ("tcp", HealthCheckType.Tcp), ("http", HealthCheckType.Http), ("grpc", HealthCheckType.Grpc));

    public static TrafficPolicySpec Read(ObjectReader spec, string policyNamespace)
    {
        NamespacedName? target = TargetCodec.Read(spec, policyNamespace, required: true);
        Balancing balancing = spec.Choice("balancing", s_balancing, Balancing.PeakEwma);
        OutlierDetection? outliers = spec.Object("outlierDetection") is { } outlierReader ? ReadOutliers(outlierReader) : null;
        (TimeSpan? connect, TimeSpan? idle) = spec.Object("timeouts") is { } timeoutReader ? ReadTimeouts(timeoutReader) : default;
        HealthCheck? healthCheck = spec.Object("healthCheck") is { } checkReader ? ReadHealthCheck(checkReader) : null;
        spec.Finish();
        return new TrafficPolicySpec
        {
            Target = target ?? default,
            Balancing = balancing,
            OutlierDetection = outliers,
            ConnectTimeout = connect,
            IdleTimeout = idle,
            HealthCheck = healthCheck,
        };
    }

    public static MappingNode Write(TrafficPolicySpec spec) => new MappingBuilder()
        .Add("targetRef", TargetCodec.Write(spec.Target))
        .Add("balancing", s_balancing.WordUnlessDefault(spec.Balancing, Balancing.PeakEwma))
        .Add("outlierDetection", spec.OutlierDetection is { } outliers
            ? new MappingBuilder()
                .Add("consecutiveFailures", outliers.ConsecutiveFailures)
                .Add("ejection", outliers.Ejection)
                .Add("maxEjectedPercent", outliers.MaxEjectedPercent)
                .BuildOrNull()
            : null)
        .Add("timeouts", new MappingBuilder().Add("connect", spec.ConnectTimeout).Add("idle", spec.IdleTimeout).BuildOrNull())
        .Add("healthCheck", spec.HealthCheck is { } check ? WriteHealthCheck(check) : null)
        .Build();

    private static OutlierDetection ReadOutliers(ObjectReader reader)
    {
        OutlierDetection outliers = new(
            reader.Integer("consecutiveFailures", 1, 1000),
            reader.Duration("ejection", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            reader.Integer("maxEjectedPercent", 1, 100));
        reader.Finish();
        return outliers;
    }

    private static (TimeSpan? Connect, TimeSpan? Idle) ReadTimeouts(ObjectReader reader)
    {
        TimeSpan? connect = reader.Duration("connect", s_shortest, TimeSpan.FromMinutes(1));
        TimeSpan? idle = reader.Duration("idle", TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
        reader.NotSupported("request", "the time of a request is limited by its route: HTTPRoute, spec.rules[].timeouts.request").Finish();
        return (connect, idle);
    }

    private static HealthCheck ReadHealthCheck(ObjectReader reader)
    {
        HealthCheckType type = reader.Choice("type", s_checkTypes, HealthCheckType.Tcp);
        HealthCheck check = new()
        {
            Type = type,
            Port = reader.Integer("port", 1, 65535),
            Path = type switch
            {
                HealthCheckType.Http => reader.Text("path", 1024) ?? "/",
                HealthCheckType.Grpc => reader.Text("service", 1024),
                _ => null,
            },
            Interval = reader.Duration("interval", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            Timeout = reader.Duration("timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            HealthyThreshold = reader.Integer("healthyThreshold", 1, 100),
            UnhealthyThreshold = reader.Integer("unhealthyThreshold", 1, 100),
        };
        reader.Finish();
        if (type == HealthCheckType.Http && (!check.Path!.StartsWith('/') || check.Path.Any(c => c is <= ' ' or > '~')))
        {
            reader.Fail(
                FindingCodes.BadValue,
                "path",
                $"has a bad path for its health check \"{check.Path}\"",
                "a path begins with \"/\" and is ASCII without blanks",
                "write it like /healthz");
        }

        return check;
    }

    private static MappingNode WriteHealthCheck(HealthCheck check) => new MappingBuilder()
        .Add("type", s_checkTypes.WordOf(check.Type))
        .Add("port", check.Port)
        .Add(check.Type == HealthCheckType.Grpc ? "service" : "path", check.Path)
        .Add("interval", check.Interval)
        .Add("timeout", check.Timeout)
        .Add("healthyThreshold", check.HealthyThreshold)
        .Add("unhealthyThreshold", check.UnhealthyThreshold)
        .Build();
}
