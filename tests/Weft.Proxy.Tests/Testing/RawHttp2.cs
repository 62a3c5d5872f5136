using System.Text;
using Weft.Wire.Http2;
using Xunit;

namespace Weft.Proxy.Tests.Testing;

/// <summary>One end of an HTTP/2 connection that writes any frames and reads what comes back, without rules of its own.</summary>
internal sealed class RawHttp2
{
    private readonly RelayRig _rig;
    private byte[] _unread = [];

    /// <param name="rig">Whose loop runs.</param>
    /// <param name="transport">This end of the connection.</param>
    /// <param name="isServer">Whether this end was connected to.</param>
    /// <param name="opens">Whether it begins as it should, with a preface; a test that has one of its own says false.</param>
    public RawHttp2(RelayRig rig, MemoryTransport transport, bool isServer, bool opens = true)
    {
        _rig = rig;
        Transport = transport;
        if (!opens)
        {
            return;
        }

        if (!isServer)
        {
            Send(FrameHeader.ClientPreface.ToArray());
        }

        Send(Frame(FrameType.Settings, 0, 0, []));
    }

    public MemoryTransport Transport { get; }

    /// <summary>Whether the far side has ended the connection.</summary>
    public bool IsOver => Transport.HasEnded || Transport.IsPeerReset;

    public static byte[] Frame(FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, (FrameFlags)flags, stream).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    /// <summary>A field block of literals that nobody indexes (RFC 7541, 6.2.2), byte for byte as given.</summary>
    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        using MemoryStream block = new();
        foreach ((string name, string value) in fields)
        {
            block.WriteByte(0);
            Put(block, name);
            Put(block, value);
        }

        return block.ToArray();
    }

    public static (string Name, string Value)[] Get(string path = "/") => Request("GET", path);

    public static (string Name, string Value)[] Request(string method, string path, params (string Name, string Value)[] more)
        => [(":method", method), (":scheme", "http"), (":authority", "shop"), (":path", path), .. more];

    /// <summary>Sends, as far as the pipe takes it while the loop runs; false when the far side is gone or does not read.</summary>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = Transport.TrySend(bytes);
            if (sent <= 0)
            {
                return false;
            }

            bytes = bytes[sent..];
            _rig.Settle();
        }

        return true;
    }

    /// <summary>HEADERS, with CONTINUATION where one frame is not enough.</summary>
    public bool Headers(int stream, (string Name, string Value)[] fields, bool ends = true)
    {
        byte[] block = Block(fields);
        byte[][] pieces = [.. block.Chunk(FrameHeader.PayloadMin)];
        byte[] frames =
        [
            .. pieces.SelectMany((piece, i) => Frame(
                i == 0 ? FrameType.Headers : FrameType.Continuation,
                (byte)((i == pieces.Length - 1 ? FrameFlags.EndHeaders : 0) | (i == 0 && ends ? FrameFlags.EndStream : 0)),
                stream,
                piece)),
        ];
        return Send(frames);
    }

    public bool Data(int stream, string text, bool ends)
        => Send(Frame(FrameType.Data, (byte)(ends ? FrameFlags.EndStream : 0), stream, Encoding.Latin1.GetBytes(text)));

    public bool WindowUpdate(int stream, int increment) => Send(Frame(FrameType.WindowUpdate, 0, stream, Word(increment)));

    public bool Reset(int stream) => Send(Frame(FrameType.RstStream, 0, stream, Word((int)ErrorCode.Cancel)));

    public static byte[] Word(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    /// <summary>Every whole frame that has arrived.</summary>
    public List<(FrameHeader Header, byte[] Payload)> Receive()
    {
        _rig.Settle();
        byte[] buffer = new byte[64 * 1024];
        for (int received; (received = Transport.TryReceive(buffer)) > 0; _rig.Settle())
        {
            _unread = [.. _unread, .. buffer.AsSpan(0, received)];
        }

        List<(FrameHeader, byte[])> frames = [];
        int at = 0;
        if (_unread.AsSpan().StartsWith(FrameHeader.ClientPreface))
        {
            at = FrameHeader.ClientPreface.Length;
        }

        while (FrameHeader.TryRead(_unread.AsSpan(at), out FrameHeader header) && _unread.Length - at >= FrameHeader.Size + header.Length)
        {
            frames.Add((header, _unread.AsSpan(at + FrameHeader.Size, header.Length).ToArray()));
            at += FrameHeader.Size + header.Length;
        }

        _unread = _unread[at..];
        return frames;
    }

    /// <summary>The frames that matter to a reader of tests: "TYPE/stream", with the code of resets and of the end of the connection.</summary>
    public string Seen() => string.Join(' ', Receive().Select(Describe).Where(static text => text.Length > 0));

    /// <summary>How the connection ended; "" when it goes on.</summary>
    public string Ending() => string.Join(' ', Seen().Split(' ').Where(static text => text.StartsWith("GOAWAY", StringComparison.Ordinal)));

    private static string Describe((FrameHeader Header, byte[] Payload) frame) => frame.Header.Type switch
    {
        FrameType.Headers => $"HEADERS/{frame.Header.StreamId}",
        FrameType.Data => $"DATA/{frame.Header.StreamId}",
        FrameType.RstStream => $"RST/{frame.Header.StreamId}:{Code(frame.Payload, 0)}",
        FrameType.GoAway => $"GOAWAY:{Code(frame.Payload, 4)}",
        FrameType.Ping => "PING",
        _ => "",
    };

    private static ErrorCode Code(byte[] payload, int at)
    {
        Assert.True(payload.Length >= at + 4);
        return (ErrorCode)((payload[at] << 24) | (payload[at + 1] << 16) | (payload[at + 2] << 8) | payload[at + 3]);
    }

    /// <summary>A string literal with its length in a 7-bit prefix integer (RFC 7541, 5.1 and 5.2), without Huffman.</summary>
    private static void Put(MemoryStream block, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        int length = bytes.Length;
        if (length < 127)
        {
            block.WriteByte((byte)length);
        }
        else
        {
            block.WriteByte(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.WriteByte((byte)(0x80 | (length & 127)));
            }

            block.WriteByte((byte)length);
        }

        block.Write(bytes);
    }
}
