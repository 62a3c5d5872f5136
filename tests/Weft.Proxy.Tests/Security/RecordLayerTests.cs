using System.Security.Cryptography;
using System.Text;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Proxy.Security;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Security;

/// <summary>Records after the handshake, against a twin that was written with other means.</summary>
public sealed class RecordLayerTests
{
    private const byte Alert = 21;
    private const byte Handshake = 22;
    private const byte Data = 23;

    public static TheoryData<int, int> Suites => new() { { 0x1301, 16 }, { 0x1302, 32 } };

    [Theory]
    [MemberData(nameof(Suites))]
    public void What_one_side_writes_the_twin_reads(int suite, int keySize)
    {
        Side side = new(suite, keySize);
        side.Layer.Write("hello"u8, ref side.Unsent);
        side.Layer.Write(new byte[RecordLayer.PlaintextMax], ref side.Unsent);
        side.Layer.WriteAlert(TlsAlert.CloseNotify, ref side.Unsent);
        Assert.Equal((Data, "hello"), side.Sent());
        Assert.Equal((Data, new string('\0', RecordLayer.PlaintextMax)), side.Sent());
        Assert.Equal((Alert, "\u0001\0"), side.Sent());
        Assert.True(side.Unsent.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Records_are_read_padded_small_large_and_many_at_once(int suite, int keySize)
    {
        Side side = new(suite, keySize);
        side.Give(side.Peer.Seal(Data, "one "u8));
        side.Give(side.Peer.Seal(Data, "two "u8, padding: 100));
        side.Give(side.Peer.Seal(Data, default));
        side.Give(side.Peer.Seal(Data, "three"u8));
        Assert.Equal("one two three", side.Read(1_000));
        side.Give(side.Peer.Seal(Data, new byte[RecordLayer.PlaintextMax]));
        Assert.Equal(RecordLayer.PlaintextMax, side.Read(64 * 1024).Length);
        Assert.Equal(Transport.WouldBlock, side.Code);
    }

    [Fact]
    public void A_reader_with_little_room_gets_a_record_in_pieces()
    {
        Side side = new();
        byte[] first = side.Peer.Seal(Data, "0123456789abcdefghij"u8, padding: 7);
        byte[] second = side.Peer.Seal(Data, "!"u8);
        side.Give(first);
        side.Give(second);
        StringBuilder all = new();
        for (string piece; (piece = side.ReadOnce(3)).Length > 0;)
        {
            all.Append(piece);
        }

        Assert.Equal("0123456789abcdefghij!", all.ToString());
        Assert.True(side.Input.IsEmpty);
    }

    [Fact]
    public void A_record_that_comes_byte_by_byte_is_read_when_it_is_whole()
    {
        Side side = new();
        foreach (byte one in side.Peer.Seal(Data, "whole"u8))
        {
            Assert.Equal("", side.Read(100));
            Assert.Equal(Transport.WouldBlock, side.Code);
            side.Give([one]);
        }

        Assert.Equal("whole", side.Read(100));
    }

    [Fact]
    public void A_close_notify_ends_the_stream_after_what_came_before_it()
    {
        Side side = new();
        side.Give(side.Peer.Seal(Data, "last"u8));
        side.Give(side.Peer.Seal(Alert, [1, 0]));
        side.Give(side.Peer.Seal(Data, "after the end"u8));
        Assert.Equal("last", side.Read(100));
        Assert.Equal(0, side.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keys_are_renewed_when_the_peer_says_so_and_ours_when_it_asks(bool asks)
    {
        Side side = new();
        side.Give(side.Peer.Seal(Handshake, [24, 0, 0, 1, asks ? (byte)1 : (byte)0]));
        side.Peer.Update();
        side.Give(side.Peer.Seal(Data, "new keys"u8));
        Assert.Equal("new keys", side.Read(100));
        if (asks)
        {
            Assert.Equal((Handshake, "\u0018\0\0\u0001\0"), side.Sent());
            side.Mirror.Update();
        }

        side.Layer.Write("answer"u8, ref side.Unsent);
        Assert.Equal((Data, "answer"), side.Sent());
    }

    [Fact]
    public void A_key_update_may_be_split_over_records_and_a_rest_changes_nothing()
    {
        Side side = new();
        side.Give(side.Peer.Seal(Handshake, [24, 0]));
        side.Give(side.Peer.Seal(Handshake, [0, 1]));
        side.Give(side.Peer.Seal(Handshake, [0]));
        side.Peer.Update();
        Assert.Equal("", side.Read(100));
        side.Layer.Rest();
        side.Give(side.Peer.Seal(Data, "awake"u8));
        Assert.Equal("awake", side.Read(100));
        side.Layer.Rest();
        side.Layer.Write("yes"u8, ref side.Unsent);
        Assert.Equal((Data, "yes"), side.Sent());
    }

    [Fact]
    public void A_client_passes_tickets_over_in_any_pieces_and_a_server_refuses_them()
    {
        byte[] ticket = [4, 0, 0x01, 0x00, .. new byte[256]];
        Side client = new(isServer: false);
        client.Give(client.Peer.Seal(Handshake, [.. ticket, .. ticket.AsSpan(0, 2)]));
        client.Give(client.Peer.Seal(Handshake, ticket.AsSpan(2, 100)));
        client.Give(client.Peer.Seal(Handshake, ticket.AsSpan(102)));
        client.Give(client.Peer.Seal(Data, "served"u8));
        Assert.Equal("served", client.Read(100));

        Side server = new();
        server.Give(server.Peer.Seal(Handshake, ticket));
        AssertFails(server, TlsAlert.UnexpectedMessage);
    }

    [Fact]
    public void A_record_that_was_changed_or_repeated_or_left_out_is_not_authentic()
    {
        for (int position = 0; position < 30; position++)
        {
            // The length is looked at first; what is not authenticated here cannot be waited for.
            if (position is not (0 or 3 or 4))
            {
                Side changed = new();
                byte[] record = changed.Peer.Seal(Data, "authentic"u8);
                record[position] ^= 1;
                changed.Give(record);
                AssertFails(changed, TlsAlert.BadRecordMac);
            }
        }

        Side repeated = new();
        byte[] once = repeated.Peer.Seal(Data, "pay"u8);
        repeated.Give(once);
        repeated.Give(once);
        Assert.Equal("pay", repeated.Read(100));
        AssertFails(repeated, TlsAlert.BadRecordMac);

        Side shortened = new();
        shortened.Peer.Seal(Data, "left out"u8);
        shortened.Give(shortened.Peer.Seal(Data, "second"u8));
        AssertFails(shortened, TlsAlert.BadRecordMac);
    }

    [Fact]
    public void What_has_no_place_after_the_handshake_ends_the_connection()
    {
        AssertRefused(peer => peer.Seal(Data, "x"u8, outerType: 22), TlsAlert.UnexpectedMessage);
        AssertRefused(_ => [20, 3, 3, 0, 1, 1, .. new byte[20]], TlsAlert.RecordOverflow);
        AssertRefused(_ => [20, 3, 3, 0, 20, .. new byte[20]], TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(0, default, padding: 3), TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(99, "x"u8), TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(Alert, [1]), TlsAlert.DecodeError);
        AssertRefused(peer => peer.Seal(Handshake, default), TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(Handshake, [1, 0, 0, 1, 0]), TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(Handshake, [24, 0, 0, 1, 2]), TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(Handshake, [24, 0, 0, 1, 0, 24]), TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(Handshake, [24, 0, 0, 2, 0, 0]), TlsAlert.UnexpectedMessage);
        AssertRefused(peer => [.. peer.Seal(Handshake, [24, 0]), .. peer.Seal(Data, "between"u8)], TlsAlert.UnexpectedMessage);
        AssertRefused(peer => peer.Seal(Data, new byte[RecordLayer.PlaintextMax + 1]), TlsAlert.RecordOverflow);
        AssertRefused(_ => [23, 3, 3, 0x41, 0x01], TlsAlert.RecordOverflow);
    }

    [Fact]
    public void A_peer_that_only_keeps_us_busy_is_left()
    {
        Side side = new();
        for (int i = 0; i < 64; i++)
        {
            side.Give(side.Peer.Seal(Data, default));
        }

        side.Give(side.Peer.Seal(Data, "patience"u8));
        Assert.Equal("patience", side.Read(1_000));
        for (int i = 0; i < 65; i++)
        {
            side.Give(side.Peer.Seal(Data, default));
        }

        AssertFails(side, TlsAlert.UnexpectedMessage);
    }

    [Fact]
    public void An_alert_of_the_peer_is_told()
    {
        Side side = new();
        side.Give(side.Peer.Seal(Alert, [2, 80]));
        Assert.Equal("", side.Read(100));
        Assert.Equal(Transport.Failed, side.Code);
        Assert.Equal("the peer sent the alert 80", side.Layer.Fault);
    }

    private static void AssertRefused(Func<TwinRecords, byte[]> sent, TlsAlert alert)
    {
        Side side = new();
        side.Give(sent(side.Peer));
        AssertFails(side, alert);
    }

    private static void AssertFails(Side side, TlsAlert alert)
    {
        Assert.Equal("", side.Read(32 * 1024));
        Assert.Equal(Transport.Failed, side.Code);
        Assert.NotNull(side.Layer.Fault);
        Assert.Equal((Alert, $"\u0002{(char)alert}"), side.Sent());
    }

    /// <summary>Our side, and the peer's two directions in the hands of the twin.</summary>
    private sealed class Side
    {
        public ByteQueue Input;
        public ByteQueue Unsent;

        public Side(int suite = 0x1301, int keySize = 16, bool isServer = true)
        {
            SlabPool pool = new();
            Input = new ByteQueue(pool);
            Unsent = new ByteQueue(pool);
            HashAlgorithmName hash = keySize == 16 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
            byte[] theirs = RandomNumberGenerator.GetBytes(keySize == 16 ? 32 : 48);
            byte[] ours = RandomNumberGenerator.GetBytes(theirs.Length);
            Layer = new RecordLayer(CipherSuite.Of((ushort)suite)!, isServer, theirs, ours);
            Peer = new TwinRecords(theirs, keySize, hash);
            Mirror = new TwinRecords(ours, keySize, hash);
        }

        public RecordLayer Layer { get; }

        /// <summary>Writes as the peer.</summary>
        public TwinRecords Peer { get; }

        /// <summary>Reads as the peer.</summary>
        public TwinRecords Mirror { get; }

        /// <summary>What the last read said.</summary>
        public int Code { get; private set; }

        public void Give(ReadOnlySpan<byte> bytes) => Input.Append(bytes);

        public string ReadOnce(int room)
        {
            byte[] output = new byte[room];
            Code = Layer.Read(ref Input, output, ref Unsent);
            return Code > 0 ? Encoding.Latin1.GetString(output, 0, Code) : "";
        }

        /// <summary>Everything that can be read now.</summary>
        public string Read(int room)
        {
            StringBuilder all = new();
            do
            {
                all.Append(ReadOnce(room));
            }
            while (Code > 0);
            return all.ToString();
        }

        /// <summary>The next record that was written to the peer.</summary>
        public (byte Type, string Content) Sent()
        {
            (byte type, byte[] content, int size) = Mirror.Open(Unsent.Bytes);
            Unsent.Consume(size);
            return (type, Encoding.Latin1.GetString(content));
        }
    }
}
