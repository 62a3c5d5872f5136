using Grpc.AspNetCore.Server.Model;

namespace Weft.Native.Tests;

/// <summary>Tells the server of the methods, which no generated code does.</summary>
internal sealed class EchoMethods : IServiceMethodProvider<EchoService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<EchoService> context)
    {
        context.AddUnaryMethod(EchoService.Unary, [], static (service, message, call) => service.UnaryAsync(message, call));
        context.AddUnaryMethod(EchoService.Health, [], static (service, message, call) => service.CheckAsync(message, call));
        context.AddClientStreamingMethod(EchoService.Up, [], static (service, messages, call) => service.UpAsync(messages, call));
        context.AddServerStreamingMethod(EchoService.Down, [], static (service, message, answers, call) => service.DownAsync(message, answers, call));
        context.AddDuplexStreamingMethod(EchoService.Both, [], static (service, messages, answers, call) => service.BothAsync(messages, answers, call));
    }
}
