using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>What the relays themselves do to calls of gRPC, seen by the .NET client: deadlines, unavailable servers, gRPC-Web. Plain passing is in <see cref="GrpcLibraryTests"/>.</summary>
public sealed class GrpcInteropTests : IAsyncLifetime
{
    private EchoHost _host = null!;
    private Relay _near = null!;
    private Relay _far = null!;
    private GrpcChannel _channel = null!;
    private CallInvoker _calls = null!;

    private string Origin => _host.Address;

    public async ValueTask InitializeAsync()
    {
        _host = await EchoHost.StartAsync();
        (_near, _far) = await Relay.StartPairAsync(Origin);
        _channel = GrpcChannel.ForAddress($"http://{_near.Address}");
        _calls = _channel.CreateCallInvoker();
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        await _host.DisposeAsync();
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
        await _host.StopAsync();
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
