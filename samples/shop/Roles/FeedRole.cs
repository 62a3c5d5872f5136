using System.Net.WebSockets;
using System.Text;
using Grpc.Core;
using Weft.Shop.Protos;
using Weft.Shop.Upstreams;

namespace Weft.Shop.Roles;

/// <summary>News over WebSocket: answers each message with the same text after the newest order's number,
/// which it hears of through a stream from <c>orders</c>.</summary>
internal static class FeedRole
{
    private const int MessageBytesMax = 16 * 1024;

    private static string s_newest = "order-0";

    public static void Map(WebApplication app)
    {
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(10) });
        app.MapGet("/ws", context => ServeAsync(context, app.Lifetime.ApplicationStopping));
        app.Lifetime.ApplicationStarted.Register(() => _ = FollowOrdersAsync(app.Lifetime.ApplicationStopping));
    }

    private static async Task ServeAsync(HttpContext context, CancellationToken stop)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.Response.RefuseAsync(StatusCodes.Status426UpgradeRequired, "open a WebSocket here");
            return;
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, context.RequestAborted);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await AnswerAllAsync(socket, either.Token);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            // The reader left, or we stop: there is nobody to tell.
        }
    }

    private static async Task AnswerAllAsync(WebSocket socket, CancellationToken stop)
    {
        byte[] buffer = new byte[MessageBytesMax];
        int filled = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(buffer.AsMemory(filled), stop);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stop);
                return;
            }

            filled += part.Count;
            if (part.EndOfMessage)
            {
                byte[] answer = [.. Encoding.ASCII.GetBytes(Volatile.Read(ref s_newest)), (byte)' ', .. buffer.AsSpan(0, filled)];
                await socket.SendAsync(answer, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, stop);
                filled = 0;
            }
            else if (filled == buffer.Length)
            {
                await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, $"at most {MessageBytesMax} bytes", stop);
                return;
            }
        }
    }

    private static async Task FollowOrdersAsync(CancellationToken stop)
    {
        Orders.OrdersClient orders = new(Upstream.Grpc("orders"));
        using PeriodicTimer pause = new(TimeSpan.FromSeconds(1));
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // A stream ends by itself after a while, so that the next one runs on a young connection.
                using AsyncServerStreamingCall<OrderEvent> call = orders.Watch(new WatchRequest { Count = 20, IntervalMs = 500 }, cancellationToken: stop);
                await foreach (OrderEvent news in call.ResponseStream.ReadAllAsync(stop))
                {
                    Volatile.Write(ref s_newest, news.OrderId);
                }
            }
            catch (RpcException)
            {
                await pause.WaitForNextTickAsync(CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
