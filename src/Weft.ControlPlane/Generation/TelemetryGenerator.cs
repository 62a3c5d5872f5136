using Weft.Model;
using Weft.Model.Telemetry;

namespace Weft.ControlPlane.Generation;

/// <summary>What the proxies of a service record; nothing where no Telemetry concerns it.</summary>
internal static class TelemetryGenerator
{
    internal static Contracts.Mesh.Telemetry? Generate(NamespacedName service, MeshModel model)
        => model.TelemetryOf(service) is { } spec ? ToMessage(service, spec) : null;

    private static Contracts.Mesh.Telemetry ToMessage(NamespacedName service, TelemetrySpec spec) => new()
    {
        Service = service.ToString(),
        TraceSamplePpm = (uint?)spec.TraceSample,
        SlowMs = (uint?)spec.Slow?.TotalMilliseconds,
        AccessLogSamplePpm = (uint?)spec.AccessLogSample,
    };
}
