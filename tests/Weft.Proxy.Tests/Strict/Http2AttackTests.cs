using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Testing;
using Weft.Testing;
using Weft.Wire.Http2;
using Xunit;

namespace Weft.Proxy.Tests.Strict;

/// <summary>
/// Attacks by an HTTP/2 client. After each one its connection is over, a good client on a new connection is served, every buffer is back in
/// the pool, no exchange is left open and the loop is at rest.
/// </summary>
public sealed class Http2AttackTests
{
    /// <summary>Far more than any bound lets through.</summary>
    private const int Many = 5_000;

    [Fact]
    [Limit("Resets by the client, and heads for streams that are over")]
    public void Rapid_reset() => Attack(
        static client =>
        {
            int stream = 1;
            return Repeat(() => client.Headers(stream, RawHttp2.Get()) && client.Reset(stream) && (stream += 2) > 0);
        },
        dialsAtMost: 250);

    [Fact]
    [Limit("Resets that a client's mistakes force on us")]
    public void Resets_that_the_client_forces_with_window_overflow() => Attack(
        static client =>
        {
            int stream = 1;
            return Repeat(() => client.Headers(stream, RawHttp2.Get()) && client.WindowUpdate(stream, int.MaxValue) && (stream += 2) > 0);
        },
        dialsAtMost: 150);

    [Fact]
    [Limit("Resets that a client's mistakes force on us")]
    public void Resets_that_the_client_forces_with_an_increment_of_zero() => Attack(
        static client =>
        {
            int stream = 1;
            return Repeat(() => client.Headers(stream, RawHttp2.Get()) && client.WindowUpdate(stream, 0) && (stream += 2) > 0);
        },
        dialsAtMost: 150);

    [Fact]
    [Limit("Resets that a client's mistakes force on us")]
    public void Resets_that_the_client_forces_with_data_after_the_end() => Attack(
        static client =>
        {
            int stream = 1;
            return Repeat(() => client.Headers(stream, RawHttp2.Get()) && client.Data(stream, "x", ends: false) && (stream += 2) > 0);
        },
        dialsAtMost: 150);

    [Fact]
    [Limit("Resets that a client's mistakes force on us")]
    public void Resets_that_the_client_forces_with_malformed_heads() => Attack(
        static client =>
        {
            int stream = 1;
            return Repeat(() => client.Headers(stream, [(":method", "GET")]) && (stream += 2) > 0);
        },
        dialsAtMost: 0);

    [Fact]
    [Limit("Resets by the client, and heads for streams that are over")]
    public void Heads_for_streams_that_are_over() => Attack(
        static client =>
        {
            // The server has reset it, so that trailers may still be on their way.
            client.Headers(3, [(":method", "POST")], ends: false);
            return Repeat(() => client.Headers(3, [("x", "y")]));
        },
        dialsAtMost: 0);

    [Fact]
    [Limit("CONTINUATION frames of one head")]
    public void Continuations_without_end() => Attack(
        static client =>
        {
            client.Send(RawHttp2.Frame(FrameType.Headers, 0, 1, RawHttp2.Block(RawHttp2.Get())));
            return Repeat(() => client.Send(RawHttp2.Frame(FrameType.Continuation, 0, 1, RawHttp2.Block(("x", "y")))));
        },
        dialsAtMost: 0);

    [Fact]
    [Limit("CONTINUATION frames of one head")]
    public void Empty_continuations() => Attack(
        static client =>
        {
            client.Send(RawHttp2.Frame(FrameType.Headers, 0, 1, RawHttp2.Block(RawHttp2.Get())));
            return Repeat(() => client.Send(RawHttp2.Frame(FrameType.Continuation, 0, 1, [])));
        },
        dialsAtMost: 0);

    [Fact]
    [Limit("SETTINGS; PING")]
    public void Settings() => Attack(static client => Repeat(() => client.Send(RawHttp2.Frame(FrameType.Settings, 0, 0, []))), dialsAtMost: 0);

    [Fact]
    [Limit("Frames that answer the client (acknowledgements, resets) and wait to be sent")]
    public void Settings_that_move_every_window() => Attack(
        static client =>
        {
            int size = 0;
            return Repeat(() => client.Send(RawHttp2.Frame(FrameType.Settings, 0, 0, [0, 4, .. RawHttp2.Word(++size)])));
        },
        dialsAtMost: 0);

    [Fact]
    [Limit("SETTINGS; PING")]
    public void Pings() => Attack(static client => Repeat(() => client.Send(RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8]))), dialsAtMost: 0);

    [Fact]
    [Limit("Empty DATA frames that end nothing")]
    public void Empty_data() => Attack(
        static client =>
        {
            client.Headers(1, RawHttp2.Request("POST", "/"), ends: false);
            return Repeat(() => client.Data(1, "", ends: false));
        },
        dialsAtMost: 1);

    [Fact]
    [Limit("Empty DATA frames that end nothing")]
    public void Padding_without_data() => Attack(
        static client =>
        {
            client.Headers(1, RawHttp2.Request("POST", "/"), ends: false);
            byte[] padded = new byte[200];
            padded[0] = 199;
            return Repeat(() => client.Send(RawHttp2.Frame(FrameType.Data, (byte)FrameFlags.Padded, 1, padded)));
        },
        dialsAtMost: 1);

    [Fact]
    public void A_window_of_the_connection_that_overflows() => Attack(static client => Repeat(() => client.WindowUpdate(0, int.MaxValue)), dialsAtMost: 0, reason: "DOWNSTREAM_PROTOCOL_ERROR");

    [Fact]
    public void An_increment_of_zero_for_the_connection() => Attack(static client => Repeat(() => client.WindowUpdate(0, 0)), dialsAtMost: 0, reason: "DOWNSTREAM_PROTOCOL_ERROR");

    [Fact]
    public void A_compression_bomb() => Attack(
        static client =>
        {
            byte[] entry = [0x40, .. RawHttp2.Block(("x", new string('a', 4_000))).AsSpan(1)];
            byte[] block = [.. entry, .. Enumerable.Repeat((byte)0xbe, 12_000)];
            return Repeat(() => client.Send(RawHttp2.Frame(FrameType.Headers, (byte)(FrameFlags.EndHeaders | FrameFlags.EndStream), 1, block)));
        },
        dialsAtMost: 0);

    [Fact]
    [Limit("Header table")]
    public void Table_sizes_that_change_for_ever() => Attack(
        static client => Repeat(() => client.Send(RawHttp2.Frame(FrameType.Headers, (byte)FrameFlags.EndHeaders, 1, [.. Enumerable.Repeat((byte)0x20, 1_000)]))),
        dialsAtMost: 0,
        reason: "DOWNSTREAM_PROTOCOL_ERROR");

    [Fact]
    [Limit("Buffer of a stream, each direction")]
    public void A_slow_reader_of_many_answers_holds_no_more_than_its_windows()
    {
        RelayRig rig = new(capacity: 64 * 1024);
        rig.Origin.OnAccept = origin => Answer(rig, origin, 200_000);
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(RawHttp2.Frame(FrameType.Settings, 0, 0, [0, 4, 0, 0, 0, 0]));
        for (int stream = 1; stream < 200; stream += 2)
        {
            client.Headers(stream, RawHttp2.Get());
        }

        rig.Settle();

        // 100 streams, 64 KiB each at most, and what the connection itself may hold.
        Assert.InRange(rig.Loop.Pool.RentedBytes, 1, (100 * 64 * 1024) + (2 * 1024 * 1024));
        rig.Advance(61_000);
        Assert.InRange(rig.Loop.Pool.RentedBytes, 0, 256 * 1024);
        Assert.Equal("IDLE_TIMEOUT=100", rig.Refused());
        client.Transport.Close();
        rig.Origin.OnAccept = null;
        CheckGoodClient(rig);
    }

    [Fact]
    public void Windows_of_one_byte_cost_no_more_than_they_are_worth()
    {
        RelayRig rig = new(capacity: 64 * 1024);
        rig.Origin.OnAccept = origin => Answer(rig, origin, 60_000);
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Send(RawHttp2.Frame(FrameType.Settings, 0, 0, [0, 4, 0, 0, 0, 0]));
        client.Headers(1, RawHttp2.Get());
        client.Seen();
        for (int i = 0; i < 1_000; i++)
        {
            client.WindowUpdate(1, 1);
        }

        Assert.InRange(client.Receive().Count(static frame => frame.Header.Type == FrameType.Data), 1, 1_000);
        Assert.InRange(rig.Loop.Pool.RentedBytes, 0, 256 * 1024);
    }

    [Fact]
    public void A_drip_of_one_byte_frames_holds_no_more_than_its_bytes()
    {
        RelayRig rig = new();
        RawHttp2 client = rig.ConnectRawHttp2();
        client.Headers(1, RawHttp2.Request("POST", "/"), ends: false);
        MemoryTransport origin = rig.Origin.Accept();
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(client.Data(1, "x", ends: false));
            if (i % 1_000 == 0)
            {
                rig.Receive(origin);
            }
        }

        Assert.InRange(rig.Loop.Pool.RentedBytes, 0, 256 * 1024);
        client.Transport.Close();
        rig.Settle();
        CheckGoodClient(rig);
    }

    private static bool Repeat(Func<bool> step)
    {
        for (int i = 0; i < Many; i++)
        {
            if (!step())
            {
                return true;
            }
        }

        return false;
    }

    private static void Attack(Func<RawHttp2, bool> attack, int dialsAtMost, string reason = "DOWNSTREAM_FLOOD")
    {
        RelayRig rig = new();
        rig.Origin.OnAccept = static _ => { };
        RawHttp2 client = rig.ConnectRawHttp2();
        Assert.True(attack(client) || client.IsOver, "the attack went on for ever");
        client.Receive();
        Assert.True(client.IsOver);
        Assert.InRange(rig.Origin.Dials, 0, dialsAtMost);
        Assert.Contains(reason + "=1", rig.Refused(), StringComparison.Ordinal);
        client.Transport.Close();
        rig.Advance(1_100);
        Assert.Equal(0, rig.Drain.Open);
        rig.Origin.OnAccept = null;
        CheckGoodClient(rig);
    }

    private static void Answer(RelayRig rig, MemoryTransport origin, int size)
        => rig.Loop.Post(() => origin.TrySend(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n{new string('a', size)}").AsSpan(0, Math.Min(size, 60_000))));

    private static void CheckGoodClient(RelayRig rig)
    {
        RawHttp2 good = rig.ConnectRawHttp2();
        good.Headers(1, RawHttp2.Get("/good"));
        MemoryTransport origin = rig.Origin.Accept();
        Assert.StartsWith("GET /good", rig.Receive(origin), StringComparison.Ordinal);
        rig.Send(origin, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
        Assert.Equal("HEADERS/1 DATA/1", good.Seen());
        good.Transport.Close();
        rig.Settle();
        rig.Advance(5_000);
        Assert.Equal(0, rig.Loop.Pool.RentedBytes);
        Assert.Equal(0, rig.Drain.Open);
        long open = 0;
        foreach (MeterCell cell in rig.Meters.Cells)
        {
            open += cell.Active;
        }

        Assert.Equal(0, open);
        Assert.False(rig.Loop.RunOnce());
    }
}
