using System.Net;
using System.Net.Http.Headers;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The .NET client and server of gRPC through a pair of relays, and gRPC-Web through one.</summary>
public sealed class GrpcInteropTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private Relay _near = null!;
    private Relay _far = null!;
    private GrpcChannel _channel = null!;
    private CallInvoker _calls = null!;

    private string Origin => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()["http://".Length..];

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<IServiceMethodProvider<EchoService>, EchoMethods>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.MapGrpcService<EchoService>();
        await _app.StartAsync();
        (_near, _far) = await Relay.StartPairAsync(Origin);
        _channel = GrpcChannel.ForAddress($"http://{_near.Address}");
        _calls = _channel.CreateCallInvoker();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task All_four_kinds_pass()
    {
        CallOptions options = new(cancellationToken: RelayTests.Stop);
        Assert.Equal("ping"u8.ToArray(), await _calls.AsyncUnaryCall(EchoService.Unary, null, options, "ping"u8.ToArray()));

        using AsyncClientStreamingCall<byte[], byte[]> up = _calls.AsyncClientStreamingCall(EchoService.Up, null, options);
        for (int i = 0; i < 100; i++)
        {
            await up.RequestStream.WriteAsync(new byte[10_000], RelayTests.Stop);
        }

        await up.RequestStream.CompleteAsync();
        Assert.Equal(1_000_000, BitConverter.ToInt32(await up));

        using AsyncServerStreamingCall<byte[]> down = _calls.AsyncServerStreamingCall(EchoService.Down, null, options, [10]);
        long length = 0;
        while (await down.ResponseStream.MoveNext(RelayTests.Stop))
        {
            length += down.ResponseStream.Current.Length;
        }

        Assert.Equal(1_000_000, length);

        using AsyncDuplexStreamingCall<byte[], byte[]> both = _calls.AsyncDuplexStreamingCall(EchoService.Both, null, options);
        for (byte i = 0; i < 50; i++)
        {
            await both.RequestStream.WriteAsync([i], RelayTests.Stop);
            Assert.True(await both.ResponseStream.MoveNext(RelayTests.Stop));
            Assert.Equal([i], both.ResponseStream.Current);
        }

        await both.RequestStream.CompleteAsync();
        Assert.False(await both.ResponseStream.MoveNext(RelayTests.Stop));
    }

    [Fact]
    public async Task A_status_passes_with_its_message()
    {
        RpcException failed = await Assert.ThrowsAsync<RpcException>(
            async () => await _calls.AsyncUnaryCall(EchoService.Unary, null, default, "fail"u8.ToArray()));
        Assert.Equal((StatusCode.FailedPrecondition, "as asked, 100 %"), (failed.StatusCode, failed.Status.Detail));
    }

    [Fact]
    public async Task A_deadline_passes_the_relays()
    {
        RpcException late = await Assert.ThrowsAsync<RpcException>(
            async () => await _calls.AsyncUnaryCall(EchoService.Unary, null, new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300)), "wait"u8.ToArray()));
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
    }

    [Fact]
    public async Task A_deadline_is_kept_for_a_client_that_does_not_keep_it_itself()
    {
        using HttpRequestMessage request = Call("application/grpc", "wait"u8.ToArray());
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.Add("grpc-timeout", "200m");
        request.Headers.TE.ParseAdd("trailers");
        using HttpClient client = new();
        using HttpResponseMessage response = await client.SendAsync(request, RelayTests.Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("4", response.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task A_server_that_is_gone_is_unavailable()
    {
        await _app.StopAsync(RelayTests.Stop);
        RpcException gone = await Assert.ThrowsAsync<RpcException>(
            async () => await _calls.AsyncUnaryCall(EchoService.Unary, null, default, "ping"u8.ToArray()));
        Assert.Equal(StatusCode.Unavailable, gone.StatusCode);
        Assert.Contains("CONNECT_FAILED", gone.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    [InlineData("2.0", true)]
    public async Task A_call_of_gRPC_Web_reaches_a_server_of_gRPC(string version, bool isText)
    {
        await using Relay relay = await Relay.StartAsync("--to", Origin, "--grpc-web");
        byte[] message = [0, 0, 0, 0, 4, .. "ping"u8];
        string type = isText ? "application/grpc-web-text" : "application/grpc-web";
        using HttpRequestMessage request = Call(type, "ping"u8.ToArray(), relay);
        if (isText)
        {
            request.Content = new StringContent(Convert.ToBase64String(message));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        request.Version = Version.Parse(version);
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using HttpClient client = new();
        using HttpResponseMessage response = await client.SendAsync(request, RelayTests.Stop);
        byte[] body = await response.Content.ReadAsByteArrayAsync(RelayTests.Stop);
        body = isText ? [.. body.Chunk(4).SelectMany(quad => Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(quad)))] : body;
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(message, body[..message.Length]);
        Assert.Equal(0x80, body[message.Length]);
        Assert.Contains("grpc-status: 0\r\n", System.Text.Encoding.ASCII.GetString(body), StringComparison.Ordinal);
    }

    private HttpRequestMessage Call(string type, byte[] message, Relay? relay = null)
    {
        byte[] frame = [0, 0, 0, 0, (byte)message.Length, .. message];
        HttpRequestMessage request = new(HttpMethod.Post, new Uri($"http://{(relay ?? _near).Address}/test.Echo/Unary")) { Content = new ByteArrayContent(frame) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return request;
    }
}
