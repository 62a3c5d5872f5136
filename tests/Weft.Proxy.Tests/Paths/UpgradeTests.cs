using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Protocols;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Paths;

/// <summary>Upgrades in every mix of versions.</summary>
public sealed class UpgradeTests
{
    /// <summary>Key and answer of the example in RFC 6455, 1.3.</summary>
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private const string Upgrade = $"GET /feed HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {Key}\r\n\r\n";
    private const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n";

    [Fact]
    public void An_extended_connect_becomes_an_upgrade_for_an_origin_of_HTTP1()
    {
        RelayRig rig = new();
        rig.ConnectHttp2(out Http2Connection connection);
        Http2Stream stream = OpenWebSocket(connection);
        stream.TryWriteBody("GET /smuggled HTTP/1.1\r\n\r\n"u8);
        rig.Settle();
        MemoryTransport origin = rig.Origin.Accept();
        string request = rig.Receive(origin);
        Assert.StartsWith("GET /feed HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Matches("sec-websocket-key: [A-Za-z0-9+/]{22}==\r\n", request);
        Assert.DoesNotContain("smuggled", request, StringComparison.Ordinal);
        rig.Send(origin, Switch);
        Assert.Equal(200, stream.Head.Status);
        Assert.False(stream.Head.TryGetField("sec-websocket-accept"u8, out _));
        Assert.Equal("GET /smuggled HTTP/1.1\r\n\r\n", rig.Receive(origin));
        rig.Send(origin, "pong");
        Assert.Equal(BodyState.Data, stream.TryReadBody(out ReadOnlySpan<byte> data));
        Assert.Equal("pong", Encoding.ASCII.GetString(data));
    }

    [Theory]
    [InlineData("200 OK", 502)]
    [InlineData("403 Forbidden", 403)]
    public void Bytes_behind_an_extended_connect_that_is_not_accepted_never_reach_the_origin(string answer, int status)
    {
        RelayRig rig = new();
        rig.ConnectHttp2(out Http2Connection connection);
        Http2Stream stream = OpenWebSocket(connection);
        stream.TryWriteBody("GET /smuggled HTTP/1.1\r\n\r\n"u8);
        rig.Settle();
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, $"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(status, stream.Head.Status);
        Assert.Empty(rig.Receive(origin));
        Assert.True(origin.HasEnded);
    }

    [Fact]
    public void An_application_that_ignores_an_upgrade_answers_through_a_pair()
    {
        RelayRig rig = new(pair: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Upgrade);
        MemoryTransport origin = rig.Origin.Accept();
        rig.Receive(origin);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
        string response = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        Assert.DoesNotContain("x-weft", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("plain", response, StringComparison.Ordinal);
    }

    [Fact]
    public void An_upgrade_becomes_an_extended_connect_and_gets_the_answer_to_its_key()
    {
        FanRig fan = new(true, async exchange =>
        {
            Assert.Equal("CONNECT", Encoding.ASCII.GetString(exchange.Head[exchange.Head.Method]));
            Assert.Equal("websocket", Encoding.ASCII.GetString(exchange.Head[exchange.Head.Protocol]));
            ScriptedHandler.WriteHead(exchange, 200);
            exchange.StartTunnel();
            exchange.TryWriteBody(Encoding.ASCII.GetBytes("echo " + await ScriptedHandler.ReadAsync(exchange, 4)));
            exchange.WriteEnd(null);
        });
        MemoryTransport client = fan.Connect();
        fan.Rig.Send(client, Upgrade);
        fan.Rig.Send(client, "ping");
        string response = fan.Rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 101 ", response, StringComparison.Ordinal);
        Assert.Contains($"sec-websocket-accept: {Accept}\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("echo ping", response, StringComparison.Ordinal);
    }

    [Fact]
    public void An_upgrade_to_an_HTTP2_upstream_that_takes_none_is_a_501()
    {
        FanRig fan = new(false, _ => throw new InvalidOperationException("nothing may arrive"));
        Assert.StartsWith("HTTP/1.1 501 ", fan.Ask(Upgrade), StringComparison.Ordinal);
    }

    [Fact]
    public void An_upgrade_with_a_body_is_ignored()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "POST / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nab");
        string request = rig.Receive(rig.Origin.Accept());
        Assert.DoesNotContain("upgrade", request, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\nab", request, StringComparison.Ordinal);
    }

    private static Http2Stream OpenWebSocket(Http2Connection connection)
    {
        Http2Stream stream = connection.Open();
        MessageHead head = new();
        head.Method = head.Append("CONNECT"u8);
        head.Protocol = head.Append("websocket"u8);
        head.Scheme = head.Append("http"u8);
        head.Path = head.Append("/feed"u8);
        head.Authority = head.Append("shop"u8);
        stream.WriteHead(head);
        return stream;
    }
}
