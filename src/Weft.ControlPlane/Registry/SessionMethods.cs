using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Weft.Contracts;
using Weft.Contracts.Session;
using Weft.ControlPlane.Serving;

namespace Weft.ControlPlane.Registry;

internal sealed class SessionMethods : IServiceMethodProvider<SessionService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<SessionService> context)
        => context.AddDuplexStreamingMethod(
            GrpcMethod.Create<ProxyMessage, ServerMessage>(MethodType.DuplexStreaming, GrpcMethods.Connect),
            [],
            static (service, messages, replies, call) => service.ConnectAsync(messages, replies, call));
}
