using Weft.Model.Policies;
using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Traffic;

/// <summary>Kind <c>weft.mesh/v1 TrafficPolicy</c>.</summary>
internal static class TrafficPolicyCodec
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    private static readonly ChoiceSet<Balancing> s_balancing = new(("peakEwma", Balancing.PeakEwma), ("roundRobin", Balancing.RoundRobin));

    public static TrafficPolicySpec Read(ObjectReader spec, string policyNamespace)
    {
        NamespacedName? target = TargetCodec.Read(spec, policyNamespace, required: true);
        Balancing balancing = spec.Choice("balancing", s_balancing, Balancing.PeakEwma);
        OutlierDetection? outliers = spec.Object("outlierDetection") is { } outlierReader ? ReadOutliers(outlierReader) : null;
        (TimeSpan? connect, TimeSpan? idle) = spec.Object("timeouts") is { } timeoutReader ? ReadTimeouts(timeoutReader) : default;
        HealthCheck? check = spec.Object("healthCheck") is { } checkReader ? HealthCheckCodec.Read(checkReader) : null;
        spec.Finish();
        return new TrafficPolicySpec
        {
            Target = target ?? default,
            Balancing = balancing,
            OutlierDetection = outliers,
            ConnectTimeout = connect,
            IdleTimeout = idle,
            HealthCheck = check,
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
        .Add("healthCheck", spec.HealthCheck is { } check ? HealthCheckCodec.Write(check) : null)
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
}
