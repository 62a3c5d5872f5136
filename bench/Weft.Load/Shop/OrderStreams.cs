using Grpc.Core;
using Grpc.Net.Client;
using Weft.Load.Measuring;
using Weft.Shop.Protos;

namespace Weft.Load.Shop;

/// <summary>The gRPC side: one client whose connections are replaced when they are 15 s old, and how failures are named.</summary>
internal sealed class OrderStreams(Uri server)
{
    public Orders.OrdersClient Client { get; } = new(GrpcChannel.ForAddress(server, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
        },
        DisposeHttpClient = true,
    }));

    public static async Task<Outcome> GuardAsync(Func<Task<bool>> exchange)
    {
        try
        {
            return await exchange() ? Outcome.Ok : Outcome.Fail("body");
        }
        catch (RpcException failure)
        {
            return Outcome.Fail("grpc-" + failure.StatusCode);
        }
        catch (OperationCanceledException)
        {
            return Outcome.Fail("timeout");
        }
    }
}
