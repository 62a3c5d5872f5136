using Grpc.Core;
using Weft.Contracts.Otlp;
using Weft.ControlPlane.Serving;

namespace Weft.ControlPlane.Otlp;

/// <summary>The three services of OTLP over gRPC.</summary>
/// <param name="intake">Takes it.</param>
/// <param name="allows">Whether the caller may send.</param>
internal sealed class OtlpGrpcService(OtlpIntake intake, Func<ServerCallContext, bool> allows)
{
    internal Task<OtlpAnswer> ExportAsync(OtlpExport<OtlpSpan> request, ServerCallContext call) => TakeAsync(call, () => intake.Take(request));

    internal Task<OtlpAnswer> ExportAsync(OtlpExport<OtlpLog> request, ServerCallContext call) => TakeAsync(call, () => intake.Take(request));

    internal Task<OtlpAnswer> ExportAsync(OtlpExport<OtlpMetric> request, ServerCallContext call) => TakeAsync(call, () => intake.Take(request));

    private Task<OtlpAnswer> TakeAsync(ServerCallContext call, Func<OtlpAnswer> take)
        => allows(call) ? Task.FromResult(take()) : throw GrpcFault.Create(StatusCode.Unauthenticated, OtlpGate.Refusal);
}
