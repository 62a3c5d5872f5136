using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Weft.Contracts;
using Weft.Contracts.Discovery;

namespace Weft.ControlPlane.Serving;

internal sealed class DiscoveryMethods : IServiceMethodProvider<DiscoveryService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DiscoveryService> context)
    {
        context.AddDuplexStreamingMethod(
            GrpcMethod.Create<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(MethodType.DuplexStreaming, GrpcMethods.DeltaAggregatedResources),
            [],
            static (service, requests, responses, call) => service.ServeDeltaAsync(requests, responses, call));
        context.AddDuplexStreamingMethod(
            GrpcMethod.Create<DiscoveryRequest, DiscoveryResponse>(MethodType.DuplexStreaming, GrpcMethods.StreamAggregatedResources),
            [],
            static (service, requests, responses, call) => service.ServeStateAsync(requests, responses, call));
    }
}
