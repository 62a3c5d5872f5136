using System.Text;
using Weft.Proxy.Protocols;
using static Weft.Proxy.Tests.Testing.Http2Frames;

namespace Weft.Proxy.Tests.Testing;

/// <summary>What a raw HTTP/2 client or server sees when it keeps or breaks one rule.</summary>
internal static class Http2Exam
{
    public const string Answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>A request of a client of HTTP/1.1 that becomes extended CONNECT.</summary>
    public const string Upgrade = "GET /feed HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    /// <summary>Far behind the streams that tests use.</summary>
    private const int NextStream = 1_001;

    /// <summary>
    /// A client sends <paramref name="sent"/> behind its preface and sees <paramref name="seen"/>. A GOAWAY is the end of the connection; after anything else the
    /// next request is answered. No request is answered before that.
    /// </summary>
    public static void Client(string rule, ReadOnlySpan<byte> sent, string seen, ConnectionLimits? limits = null)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2(limits);
        client.Seen();
        client.Send(sent);
        CheckClient(rule, rig, client, seen);
    }

    /// <summary>The client's first request is answered as soon as it is whole; only then <paramref name="sent"/> follows.</summary>
    public static void ClientAnswered(string rule, ReadOnlySpan<byte> request, ReadOnlySpan<byte> sent, string seen)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(request);
        AnswerNext(rig);
        Assert.StartsWith("HEADERS/1 DATA/1", client.Seen(), StringComparison.Ordinal);
        client.Send(sent);
        CheckClient(rule, rig, client, seen);
    }

    public static void CheckClient(string rule, RelayRig rig, RawHttp2 client, string seen)
    {
        string found = client.Seen();
        Assert.True(found == seen, $"{rule}: expected '{seen}', found '{found}'");
        if (seen.Contains("GOAWAY", StringComparison.Ordinal))
        {
            Assert.True(client.IsOver, rule);
            return;
        }

        client.Send(Get(NextStream));
        while (rig.Origin.Waiting > 0)
        {
            AnswerNext(rig);
        }

        found = client.Seen();
        Assert.True(found.EndsWith($"HEADERS/{NextStream} DATA/{NextStream}", StringComparison.Ordinal), $"{rule}: the next request got '{found}'");
    }

    /// <summary>The origin of HTTP/1.1 that was dialled first answers what it was asked.</summary>
    public static string AnswerNext(RelayRig rig, string answer = Answer)
    {
        MemoryTransport origin = rig.Origin.Accept();
        string request = rig.Receive(origin);
        origin.TrySend(Encoding.Latin1.GetBytes(answer));
        rig.Settle();
        return request;
    }

    /// <summary>What the origin was asked when a client of HTTP/2 sent <paramref name="sent"/>.</summary>
    public static string Asked(ReadOnlySpan<byte> sent)
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(sent);
        return AnswerNext(rig);
    }

    /// <summary>The client side: a client of HTTP/1.1 has asked, and the proxy has connected to a raw server of HTTP/2 for it.</summary>
    public static (RelayRig Rig, MemoryTransport Client, RawHttp2 Server) Ask(string request, bool opens = true, bool takesConnect = false)
    {
        RelayRig rig = new(http2Origin: true);
        MemoryTransport client = rig.Connect();
        rig.Send(client, request);
        RawHttp2 server = new(rig, rig.Origin.Accept(), isServer: true, opens && !takesConnect);
        if (takesConnect)
        {
            server.Send(Settings((8, 1)));
        }

        return (rig, client, server);
    }
}
