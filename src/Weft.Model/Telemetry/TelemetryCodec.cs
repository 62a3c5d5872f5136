using Weft.Model.Policies;
using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Telemetry;

/// <summary>Kind <c>weft.mesh/v1 Telemetry</c>.</summary>
internal static class TelemetryCodec
{
    private const string TraceSample = "traceSample";
    private const string Slow = "slow";
    private const string AccessLogSample = "accessLogSample";

    public static TelemetrySpec Read(ObjectReader spec, string telemetryNamespace)
    {
        TelemetrySpec telemetry = new()
        {
            Target = TargetCodec.Read(spec, telemetryNamespace, required: false),
            TraceSample = spec.Percentage(TraceSample),
            Slow = spec.Duration(Slow, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
            AccessLogSample = spec.Percentage(AccessLogSample),
        };
        if (!spec.Has(TraceSample) && !spec.Has(Slow) && !spec.Has(AccessLogSample))
        {
            spec.FailHere(FindingCodes.Missing, "says nothing", $"one of {TraceSample}, {Slow} and {AccessLogSample} is needed", $"add one, for example: {TraceSample}: 5");
        }

        spec.Finish();
        return telemetry;
    }

    public static MappingNode Write(TelemetrySpec spec) => new MappingBuilder()
        .Add("targetRef", TargetCodec.Write(spec.Target))
        .Add(TraceSample, Percentage(spec.TraceSample))
        .Add(Slow, spec.Slow)
        .Add(AccessLogSample, Percentage(spec.AccessLogSample))
        .Build();

    private static ScalarNode? Percentage(int? millionths) => millionths is { } share ? ScalarNode.OfPercentage(share) : null;
}
