using System.Buffers.Binary;

namespace Weft.Wire.Http2;

/// <summary>
/// Writes small frames whole, and the headers of frames whose payload the caller writes. Every method returns the octets
/// written; the caller has made sure that <paramref name="output"/> has room for them (the constants say how many), as an
/// output queue must reserve room before it promises an answer.
/// </summary>
public static class FrameWriter
{
    public const int SettingSize = 6;
    public const int WindowUpdateSize = FrameHeader.Size + 4;
    public const int PingSize = FrameHeader.Size + 8;
    public const int RstStreamSize = FrameHeader.Size + 4;

    /// <summary>Without debug data.</summary>
    public const int GoAwaySize = FrameHeader.Size + 8;

    public static int WriteSettings(Span<byte> output, params ReadOnlySpan<Setting> settings)
    {
        int length = settings.Length * SettingSize;
        new FrameHeader(length, FrameType.Settings, FrameFlags.None, 0).Write(output);
        Span<byte> payload = output.Slice(FrameHeader.Size, length);
        foreach (Setting setting in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)setting.Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload[2..], setting.Value);
            payload = payload[SettingSize..];
        }

        return FrameHeader.Size + length;
    }

    public static int WriteSettingsAck(Span<byte> output)
    {
        new FrameHeader(0, FrameType.Settings, FrameFlags.Ack, 0).Write(output);
        return FrameHeader.Size;
    }

    /// <summary>Stream 0 is the connection; <paramref name="increment"/> is 1 to 2^31-1.</summary>
    public static int WriteWindowUpdate(Span<byte> output, int streamId, int increment)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(increment);
        return WriteWord(output, FrameType.WindowUpdate, streamId, (uint)increment);
    }

    public static int WritePing(Span<byte> output, bool ack, ulong opaque)
    {
        new FrameHeader(8, FrameType.Ping, ack ? FrameFlags.Ack : FrameFlags.None, 0).Write(output);
        BinaryPrimitives.WriteUInt64BigEndian(output[FrameHeader.Size..], opaque);
        return PingSize;
    }

    public static int WriteRstStream(Span<byte> output, int streamId, ErrorCode code) => WriteWord(output, FrameType.RstStream, streamId, (uint)code);

    public static int WriteGoAway(Span<byte> output, int lastStreamId, ErrorCode code, ReadOnlySpan<byte> debug = default)
    {
        new FrameHeader(8 + debug.Length, FrameType.GoAway, FrameFlags.None, 0).Write(output);
        BinaryPrimitives.WriteInt32BigEndian(output[FrameHeader.Size..], lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(output[(FrameHeader.Size + 4)..], (uint)code);
        debug.CopyTo(output[GoAwaySize..]);
        return GoAwaySize + debug.Length;
    }

    public static int WriteDataHeader(Span<byte> output, int streamId, int length, bool endStream)
        => WriteHeader(output, new FrameHeader(length, FrameType.Data, endStream ? FrameFlags.EndStream : FrameFlags.None, streamId));

    public static int WriteHeadersHeader(Span<byte> output, int streamId, int length, bool endHeaders, bool endStream)
    {
        FrameFlags flags = (endHeaders ? FrameFlags.EndHeaders : FrameFlags.None) | (endStream ? FrameFlags.EndStream : FrameFlags.None);
        return WriteHeader(output, new FrameHeader(length, FrameType.Headers, flags, streamId));
    }

    public static int WriteContinuationHeader(Span<byte> output, int streamId, int length, bool endHeaders)
        => WriteHeader(output, new FrameHeader(length, FrameType.Continuation, endHeaders ? FrameFlags.EndHeaders : FrameFlags.None, streamId));

    private static int WriteHeader(Span<byte> output, FrameHeader header)
    {
        header.Write(output);
        return FrameHeader.Size;
    }

    private static int WriteWord(Span<byte> output, FrameType type, int streamId, uint word)
    {
        new FrameHeader(4, type, FrameFlags.None, streamId).Write(output);
        BinaryPrimitives.WriteUInt32BigEndian(output[FrameHeader.Size..], word);
        return FrameHeader.Size + 4;
    }
}
