using CsCheck;
using Weft.Primitives.Net;
using Weft.Proxy.Detection;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Relaying;
using Weft.Proxy.Tests.Testing;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Testing;

namespace Weft.Proxy.Tests.Listening;

/// <summary>Undeclared ports: HTTP is found, servers that speak first are heard, and nothing waits that need not.</summary>
public sealed class DetectionTests
{
    private const string Greeting = "220 mail.example ESMTP\r\n";
    private MemoryDialer _origin = null!;

    [Fact]
    public void A_server_that_speaks_first_is_heard_after_a_moment_and_at_once_the_next_time()
    {
        FrontendRig rig = Rig();
        MemoryTransport first = rig.Connect();
        Assert.Equal(0, _origin.Dials);
        rig.Advance(100);
        Greet(rig, first, "EHLO a\r\n");

        MemoryTransport second = rig.Connect();
        Greet(rig, second, "EHLO b\r\n");
        Assert.Equal(2, rig.Meters.FoundSoFar(Detected.ServerFirst));
        Assert.Equal("", rig.Refused());
    }

    [Fact]
    public void Http_that_comes_at_once_costs_no_early_dial()
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        rig.Advance(2_000);
        Assert.Equal(1, _origin.Dials);
        Assert.StartsWith("GET / HTTP/1.1\r\n", Read(rig, _origin.Accept()), StringComparison.Ordinal);
        Assert.Equal(1, rig.Meters.FoundSoFar(Detected.Http1));
    }

    [Fact]
    public void Http_that_comes_late_is_still_http_and_the_early_dial_never_was()
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Advance(100);
        MemoryTransport early = _origin.Accept();
        rig.Send(client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Assert.True(early.IsPeerReset || early.HasEnded, "the early connection is closed");
        MemoryTransport upstream = _origin.Accept();
        Assert.StartsWith("GET / HTTP/1.1\r\n", Read(rig, upstream), StringComparison.Ordinal);
        rig.Send(upstream, "HTTP/1.1 204 No Content\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", Read(rig, client), StringComparison.Ordinal);

        // One exchange was counted, and none is open.
        long count = 0;
        long active = 0;
        foreach (Proxy.Telemetry.MeterCell cell in rig.Meters.Cells)
        {
            count += cell.Count;
            active += cell.Active;
        }

        Assert.Equal((1, 0), (count, active));

        // Known for clients that speak first: the next silent one is given more time.
        rig.Connect();
        rig.Advance(100);
        Assert.Equal(2, _origin.Dials);
    }

    [Fact]
    public void A_server_of_http2_that_sends_its_settings_first_is_not_taken_for_plain_tcp()
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Advance(100);
        rig.Send(_origin.Accept(), [0, 0, 0, 4, 0, 0, 0, 0, 0]);
        Assert.Equal("", Read(rig, client));
        rig.Send(client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Assert.StartsWith("GET / HTTP/1.1\r\n", Read(rig, _origin.Accept()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_upstream_that_cannot_be_reached_leaves_a_silent_client_its_time()
    {
        FrontendRig rig = Rig();
        _origin.Refuses = EndReason.ConnectFailed;
        MemoryTransport client = rig.Connect();
        rig.Advance(100);
        Assert.False(client.IsPeerReset);
        _origin.Refuses = null;
        rig.Send(client, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Assert.StartsWith("GET / HTTP/1.1\r\n", Read(rig, _origin.Accept()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_known_to_speak_first_that_cannot_be_reached_is_told_at_once()
    {
        FrontendRig rig = Rig();
        rig.Connect();
        rig.Advance(100);
        rig.Send(_origin.Accept(), Greeting);
        _origin.Refuses = EndReason.ConnectFailed;
        MemoryTransport client = rig.Connect();
        Assert.True(client.IsPeerReset);
        Assert.Equal("CONNECT_FAILED=1", rig.Refused());
    }

    [Fact]
    [Limit("First bytes that tell the protocol")]
    public void Where_http_is_configured_nobody_is_taken_for_plain_tcp_by_silence()
    {
        FrontendRig rig = Rig(mayDialFirst: false);
        MemoryTransport client = rig.Connect();
        rig.Advance(4_000);
        Assert.Equal(0, _origin.Dials);
        rig.Advance(1_100);
        Assert.Equal("DETECT_TIMEOUT=1", rig.Refused());
        Assert.True(client.IsPeerReset);
    }

    [Fact]
    [Limit("First bytes that tell the protocol")]
    public void Silence_on_both_sides_ends_after_five_seconds()
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Advance(100);
        MemoryTransport early = _origin.Accept();
        rig.Advance(5_100);
        Assert.Equal("DETECT_TIMEOUT=1", rig.Refused());
        Assert.True(client.IsPeerReset);
        Assert.True(early.IsPeerReset || early.HasEnded, "the early connection is closed");
    }

    [Fact]
    public void Bytes_of_both_sides_that_cross_arrive_whole()
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Advance(100);
        MemoryTransport server = _origin.Accept();
        rig.Send(client, "GE");
        rig.Send(server, Greeting);
        rig.Send(client, "T it");
        Assert.Equal(Greeting, Read(rig, client));
        Assert.Equal("GET it", Read(rig, server));
        client.ShutdownSend();
        rig.Settle();
        Assert.True(server.HasEnded);
        rig.Send(server, "bye");
        server.ShutdownSend();
        Assert.Equal("bye", Read(rig, client));
        Assert.True(client.HasEnded);
    }

    [Fact]
    public void Tls_of_the_application_is_passed_on_as_it_is()
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "\u0016");
        Assert.Equal(0, _origin.Dials);
        rig.Send(client, "\u0003\u0001\u0002\u0000");
        Assert.Equal("\u0016\u0003\u0001\u0002\u0000", Read(rig, _origin.Accept()));
        Assert.Equal(1, rig.Meters.FoundSoFar(Detected.Tls));
    }

    [Fact]
    public void Any_first_bytes_arrive_unchanged_however_they_are_cut()
        => Gen.Select(Gen.Byte.Array[1, 60], Gen.Int[1, 20], Gen.Bool).Sample((bytes, cut, greets) =>
        {
            if (bytes.Length > 1 && ProtocolSniffer.Sniff(bytes) is Detected.Http1 or Detected.Http2 or Detected.Nothing)
            {
                return;
            }

            FrontendRig rig = Rig();
            MemoryTransport client = rig.Connect();
            if (greets)
            {
                rig.Advance(100);
                MemoryTransport early = _origin.Accept();
                rig.Send(early, "hi");
                Feed(rig, client, bytes, cut);
                Assert.Equal(bytes, System.Text.Encoding.Latin1.GetBytes(Read(rig, early)));
                Assert.Equal("hi", Read(rig, client));
                return;
            }

            Feed(rig, client, bytes, cut);
            client.ShutdownSend();
            rig.Settle();
            Assert.Equal(bytes, System.Text.Encoding.Latin1.GetBytes(Read(rig, _origin.Accept())));
        }, threads: 1);

    [Fact]
    public void No_more_destinations_are_remembered_than_there_is_room_for()
    {
        DestinationMemory memory = new();
        for (uint i = 0; i < 10 * DestinationMemory.Max; i++)
        {
            memory.Note(NetAddress.V4(i, 80), Detected.ServerFirst);
            Assert.Equal(Detected.ServerFirst, memory.Of(NetAddress.V4(i, 80)));
        }

        int known = Enumerable.Range(0, 10 * DestinationMemory.Max).Count(i => memory.Of(NetAddress.V4((uint)i, 80)) != Detected.Nothing);
        Assert.InRange(known, 1, DestinationMemory.Max);
    }

    private static void Feed(FrontendRig rig, MemoryTransport client, byte[] bytes, int cut)
    {
        for (int at = 0; at < bytes.Length; at += cut)
        {
            rig.Send(client, bytes.AsSpan(at, Math.Min(cut, bytes.Length - at)));
        }
    }

    private static string Read(FrontendRig rig, MemoryTransport at)
    {
        rig.Settle();
        byte[] buffer = new byte[4096];
        int received = at.TryReceive(buffer);
        rig.Settle();
        return System.Text.Encoding.Latin1.GetString(buffer, 0, Math.Max(0, received));
    }

    private void Greet(FrontendRig rig, MemoryTransport client, string answer)
    {
        MemoryTransport server = _origin.Accept();
        rig.Send(server, Greeting);
        Assert.Equal(Greeting, Read(rig, client));
        rig.Send(client, answer);
        Assert.Equal(answer, Read(rig, server));
    }

    private FrontendRig Rig(bool mayDialFirst = true) => new((rig, settings) =>
    {
        _origin = new MemoryDialer(rig.Loop);
        Upstream upstream = new(rig.Loop, _origin, new UpstreamSettings { Address = NetAddress.V4(0x7f000001, 8080) }, ConnectionLimits.Default);
        RelayDirector director = new(rig.Loop, rig.Meters, new RelayTargets([new RelayTarget(upstream)], []), opaque: false);
        return settings with { MayDialFirst = _ => mayDialFirst, MakeHandler = arrival => new ExchangePath(director, arrival) };
    });
}
