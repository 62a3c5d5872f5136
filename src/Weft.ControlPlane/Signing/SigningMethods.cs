using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Weft.Contracts;
using Weft.Contracts.Session;
using Weft.ControlPlane.Serving;

namespace Weft.ControlPlane.Signing;

internal sealed class SigningMethods : IServiceMethodProvider<SigningService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<SigningService> context)
        => context.AddUnaryMethod(
            GrpcMethod.Create<SignRequest, SignResponse>(MethodType.Unary, GrpcMethods.Sign),
            [],
            static (service, request, call) => service.SignAsync(request, call));
}
