using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Weft.Native.Tests;

/// <summary>A server of another make: Kestrel, with one port for HTTP/1.1 and one for HTTP/2 in the clear.</summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Origin(WebApplication app)
    {
        _app = app;
        string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        Http1 = addresses[0]["http://".Length..];
        Http2 = addresses[1]["http://".Length..];
    }

    public string Http1 { get; }

    public string Http2 { get; }

    public static async Task<Origin> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/hello", (HttpContext context) => $"hello over {context.Request.Protocol} to {context.Request.Host}\n");
        app.MapGet("/bytes/{count:int}", WriteBytesAsync);
        app.MapPost("/sum", async (HttpContext context) => await context.Response.WriteAsync(await SumAsync(context), context.RequestAborted));
        app.MapPost("/echo", async (HttpContext context) => await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted));
        app.Map("/socket", EchoSocketAsync);
        app.MapGet("/trailers", WriteTrailersAsync);
        await app.StartAsync();
        return new Origin(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task WriteBytesAsync(HttpContext context, int count)
    {
        byte[] piece = new byte[10_000];
        Array.Fill(piece, (byte)'x');
        for (int left = count; left > 0; left -= piece.Length)
        {
            await context.Response.Body.WriteAsync(piece.AsMemory(0, Math.Min(left, piece.Length)), context.RequestAborted);
        }
    }

    private static async Task<string> SumAsync(HttpContext context)
    {
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            length += read;
        }

        return $"{length}\n";
    }

    private static async Task EchoSocketAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[1024];
        while (true)
        {
            WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.CloseStatus is { } status)
            {
                await socket.CloseAsync(status, "bye", context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private static async Task WriteTrailersAsync(HttpContext context)
    {
        context.Response.DeclareTrailer("x-sum");
        await context.Response.WriteAsync("body", context.RequestAborted);
        context.Response.AppendTrailer("x-sum", "4");
    }
}
