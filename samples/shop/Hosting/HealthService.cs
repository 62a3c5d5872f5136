using Grpc.Core;
using Weft.Shop.Protos.Health;

namespace Weft.Shop.Hosting;

/// <summary>The standard gRPC health service: the process serves from the moment it answers until it is told to stop.</summary>
internal sealed class HealthService(IHostApplicationLifetime lifetime) : Health.HealthBase
{
    private static readonly HealthCheckResponse s_serving = new() { Status = HealthCheckResponse.Types.ServingStatus.Serving };
    private static readonly HealthCheckResponse s_stopping = new() { Status = HealthCheckResponse.Types.ServingStatus.NotServing };

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        => Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested ? s_stopping : s_serving);

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(s_serving, context.CancellationToken);
        TaskCompletionSource stopping = new();
        await using CancellationTokenRegistration onStop = lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        await stopping.Task.WaitAsync(context.CancellationToken);
        await responseStream.WriteAsync(s_stopping, context.CancellationToken);
    }
}
