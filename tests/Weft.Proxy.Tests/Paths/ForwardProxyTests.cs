using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Paths;

/// <summary>Upstreams that are forward proxies: CONNECT, and requests with their whole URI.</summary>
public sealed class ForwardProxyTests
{
    private const string Connect = "CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\nProxy-Authorization: Basic eA==\r\n\r\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connect_reaches_the_proxy_and_opens_a_tunnel_both_ways(bool pair)
    {
        RelayRig rig = new(pair, toForwardProxy: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Connect);
        MemoryTransport proxy = rig.Origin.Accept();
        Assert.Equal(Connect.ToLowerInvariant(), rig.Receive(proxy).ToLowerInvariant());
        rig.Send(proxy, "HTTP/1.1 200 Connection established\r\n\r\nready");
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\nready", rig.Receive(client));
        rig.Send(client, "select 1");
        Assert.Equal("select 1", rig.Receive(proxy));
        client.ShutdownSend();
        rig.Settle();
        Assert.True(proxy.HasEnded);
        rig.Send(proxy, "one");
        proxy.ShutdownSend();
        Assert.Equal("one", rig.Receive(client));
        Assert.True(client.HasEnded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_behind_a_connect_wait_until_it_is_accepted(bool accepted)
    {
        RelayRig rig = new(toForwardProxy: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, Connect + "GET /smuggled HTTP/1.1\r\nHost: db.example:5432\r\n\r\n");
        MemoryTransport proxy = rig.Origin.Accept();
        Assert.DoesNotContain("smuggled", rig.Receive(proxy), StringComparison.Ordinal);
        rig.Send(proxy, accepted ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno");
        if (accepted)
        {
            Assert.StartsWith("GET /smuggled HTTP/1.1\r\n", rig.Receive(proxy), StringComparison.Ordinal);
            return;
        }

        // It was no tunnel, so what follows is the next request: with a URI of its own, and on another connection.
        string answer = rig.Receive(client);
        Assert.StartsWith("HTTP/1.1 407 ", answer, StringComparison.Ordinal);
        Assert.Contains("proxy-authenticate: Basic\r\n", answer, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("GET http://db.example:5432/smuggled HTTP/1.1\r\n", rig.Receive(rig.Origin.Accept()), StringComparison.Ordinal);
        Assert.True(proxy.HasEnded);
    }

    [Fact]
    public void A_connect_of_HTTP2_is_one_of_HTTP1_for_the_proxy()
    {
        RelayRig rig = new(toForwardProxy: true);
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, [(":method", "CONNECT"), (":authority", "db.example:5432")], ends: false);
        MemoryTransport proxy = rig.Origin.Accept();
        Assert.Equal("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n", rig.Receive(proxy));
        rig.Send(proxy, "HTTP/1.1 200 OK\r\n\r\n");
        client.Data(1, "select 1", ends: true);
        Assert.Equal("select 1", rig.Receive(proxy));
        Assert.True(proxy.HasEnded);
        rig.Send(proxy, "one");
        Assert.Contains(client.Receive(), static frame => frame.Payload.AsSpan().SequenceEqual("one"u8));
    }

    [Theory]
    [InlineData("GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n", "GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a.example:81\r\n\r\n", "GET http://a.example:81/x HTTP/1.1\r\nHost: a.example:81\r\n\r\n")]
    [InlineData("OPTIONS http://a.example HTTP/1.1\r\nHost: a.example\r\n\r\n", "OPTIONS http://a.example HTTP/1.1\r\nHost: a.example\r\n\r\n")]
    public void A_request_reaches_the_proxy_with_its_whole_URI(string request, string forwarded)
    {
        RelayRig rig = new(toForwardProxy: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, request);
        Assert.Equal(forwarded, rig.Receive(rig.Origin.Accept()));
    }

    [Fact]
    public void Without_a_proxy_behind_it_a_relay_refuses_connect()
    {
        RelayRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, Connect);
        Assert.StartsWith("HTTP/1.1 501 ", rig.Receive(client), StringComparison.Ordinal);
        Assert.Equal(0, rig.Origin.Dials);
    }
}
