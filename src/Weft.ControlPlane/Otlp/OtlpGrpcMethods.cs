using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Weft.Contracts;
using Weft.Contracts.Otlp;
using Weft.ControlPlane.Serving;

namespace Weft.ControlPlane.Otlp;

internal sealed class OtlpGrpcMethods : IServiceMethodProvider<OtlpGrpcService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<OtlpGrpcService> context)
    {
        context.AddUnaryMethod(
            GrpcMethod.Create<OtlpExport<OtlpSpan>, OtlpAnswer>(MethodType.Unary, GrpcMethods.ExportTraces), [], static (service, request, call) => service.ExportAsync(request, call));
        context.AddUnaryMethod(
            GrpcMethod.Create<OtlpExport<OtlpLog>, OtlpAnswer>(MethodType.Unary, GrpcMethods.ExportLogs), [], static (service, request, call) => service.ExportAsync(request, call));
        context.AddUnaryMethod(
            GrpcMethod.Create<OtlpExport<OtlpMetric>, OtlpAnswer>(MethodType.Unary, GrpcMethods.ExportMetrics), [], static (service, request, call) => service.ExportAsync(request, call));
    }
}
