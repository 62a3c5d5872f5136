using System.Buffers.Binary;

namespace Weft.Wire.Http2;

/// <summary>
/// Reads whole payloads and checks what RFC 9113, 6, demands of each frame by itself. Every method returns
/// <see cref="ErrorCode.NoError"/>, or the code to end with; <see cref="IsConnectionError"/> tells what must end.
/// <c>payload</c> is exactly <see cref="FrameHeader.Length"/> octets.
/// </summary>
public static class FrameReader
{
    private const int PrioritySize = 5;

    /// <summary>
    /// Whether a fault that these readers found ends the connection. Only a wrong window increment on a stream and a wrong
    /// PRIORITY length are faults of the stream alone (RFC 9113, 5.4, 6.3 and 6.9).
    /// </summary>
    public static bool IsConnectionError(in FrameHeader header, ErrorCode code)
        => code != ErrorCode.NoError && (header.StreamId == 0
            || header.Type is not (FrameType.WindowUpdate or FrameType.Priority)
            || (header.Type == FrameType.WindowUpdate && code == ErrorCode.FrameSizeError));

    /// <summary>Strips padding. Padding counts against flow control: charge <see cref="FrameHeader.Length"/>, not the data.</summary>
    public static ErrorCode TryReadData(in FrameHeader header, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> data)
    {
        data = default;
        return header.StreamId == 0 ? ErrorCode.ProtocolError : StripPadding(header, payload, out data);
    }

    /// <summary>Strips padding and the deprecated priority fields.</summary>
    public static ErrorCode TryReadHeaders(in FrameHeader header, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> fragment)
    {
        fragment = default;
        if (header.StreamId == 0)
        {
            return ErrorCode.ProtocolError;
        }

        ErrorCode code = StripPadding(header, payload, out ReadOnlySpan<byte> rest);
        if (code != ErrorCode.NoError)
        {
            return code;
        }

        if (!header.Has(FrameFlags.Priority))
        {
            fragment = rest;
            return ErrorCode.NoError;
        }

        if (rest.Length < PrioritySize)
        {
            // A frame with room for the priority fields, of which padding takes some, has too much padding (RFC 9113, 6.2).
            return header.Has(FrameFlags.Padded) && payload.Length > PrioritySize ? ErrorCode.ProtocolError : ErrorCode.FrameSizeError;
        }

        fragment = rest[PrioritySize..];
        return ErrorCode.NoError;
    }

    public static ErrorCode TryReadContinuation(in FrameHeader header, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> fragment)
    {
        fragment = payload;
        return header.StreamId == 0 ? ErrorCode.ProtocolError : ErrorCode.NoError;
    }

    /// <summary>The content of PRIORITY is deprecated and ignored, its form is not.</summary>
    public static ErrorCode TryReadPriority(in FrameHeader header, ReadOnlySpan<byte> payload)
        => header.StreamId == 0 ? ErrorCode.ProtocolError : payload.Length == PrioritySize ? ErrorCode.NoError : ErrorCode.FrameSizeError;

    /// <summary>Applies the parameters in order; unknown ones are ignored. An acknowledgement changes nothing.</summary>
    public static ErrorCode TryReadSettings(in FrameHeader header, ReadOnlySpan<byte> payload, ref PeerSettings settings)
    {
        if (header.StreamId != 0)
        {
            return ErrorCode.ProtocolError;
        }

        if (payload.Length % FrameWriter.SettingSize != 0 || (header.Has(FrameFlags.Ack) && !payload.IsEmpty))
        {
            return ErrorCode.FrameSizeError;
        }

        for (; !payload.IsEmpty; payload = payload[FrameWriter.SettingSize..])
        {
            SettingId id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload);
            ErrorCode code = Apply(id, BinaryPrimitives.ReadUInt32BigEndian(payload[2..]), ref settings);
            if (code != ErrorCode.NoError)
            {
                return code;
            }
        }

        return ErrorCode.NoError;
    }

    public static ErrorCode TryReadWindowUpdate(in FrameHeader header, ReadOnlySpan<byte> payload, out int increment)
    {
        increment = 0;
        if (payload.Length != 4)
        {
            return ErrorCode.FrameSizeError;
        }

        increment = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        return increment == 0 ? ErrorCode.ProtocolError : ErrorCode.NoError;
    }

    public static ErrorCode TryReadPing(in FrameHeader header, ReadOnlySpan<byte> payload, out ulong opaque)
    {
        opaque = 0;
        if (header.StreamId != 0)
        {
            return ErrorCode.ProtocolError;
        }

        return BinaryPrimitives.TryReadUInt64BigEndian(payload, out opaque) && payload.Length == 8 ? ErrorCode.NoError : ErrorCode.FrameSizeError;
    }

    public static ErrorCode TryReadRstStream(in FrameHeader header, ReadOnlySpan<byte> payload, out ErrorCode reason)
    {
        reason = default;
        if (header.StreamId == 0)
        {
            return ErrorCode.ProtocolError;
        }

        if (payload.Length != 4)
        {
            return ErrorCode.FrameSizeError;
        }

        reason = (ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload);
        return ErrorCode.NoError;
    }

    /// <summary>Debug data is the peer's text: it may be logged escaped, and nothing else.</summary>
    public static ErrorCode TryReadGoAway(
        in FrameHeader header, ReadOnlySpan<byte> payload, out int lastStreamId, out ErrorCode reason, out ReadOnlySpan<byte> debug)
    {
        lastStreamId = 0;
        reason = default;
        debug = default;
        if (header.StreamId != 0)
        {
            return ErrorCode.ProtocolError;
        }

        if (payload.Length < 8)
        {
            return ErrorCode.FrameSizeError;
        }

        lastStreamId = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        reason = (ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload[4..]);
        debug = payload[8..];
        return ErrorCode.NoError;
    }

    private static ErrorCode StripPadding(in FrameHeader header, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> rest)
    {
        rest = payload;
        if (!header.Has(FrameFlags.Padded))
        {
            return ErrorCode.NoError;
        }

        if (payload.IsEmpty)
        {
            return ErrorCode.FrameSizeError;
        }

        int padding = payload[0];
        if (padding >= payload.Length)
        {
            return ErrorCode.ProtocolError;
        }

        rest = payload[1..^padding];
        return ErrorCode.NoError;
    }

    private static ErrorCode Apply(SettingId id, uint value, ref PeerSettings settings)
    {
        switch (id)
        {
            case SettingId.HeaderTableSize:
                settings.HeaderTableSize = value;
                return ErrorCode.NoError;
            case SettingId.EnablePush:
                settings.EnablePush = value == 1;
                return value <= 1 ? ErrorCode.NoError : ErrorCode.ProtocolError;
            case SettingId.MaxConcurrentStreams:
                settings.MaxConcurrentStreams = value;
                return ErrorCode.NoError;
            case SettingId.InitialWindowSize when value > int.MaxValue:
                return ErrorCode.FlowControlError;
            case SettingId.InitialWindowSize:
                settings.InitialWindowSize = (int)value;
                return ErrorCode.NoError;
            case SettingId.MaxFrameSize when value is < FrameHeader.PayloadMin or > FrameHeader.PayloadMax:
                return ErrorCode.ProtocolError;
            case SettingId.MaxFrameSize:
                settings.MaxFrameSize = (int)value;
                return ErrorCode.NoError;
            case SettingId.MaxHeaderListSize:
                settings.MaxHeaderListSize = value;
                return ErrorCode.NoError;
            case SettingId.EnableConnectProtocol when value > 1 || (value == 0 && settings.EnableConnectProtocol):
                return ErrorCode.ProtocolError;
            case SettingId.EnableConnectProtocol:
                settings.EnableConnectProtocol = value == 1;
                return ErrorCode.NoError;
            default:
                return ErrorCode.NoError;
        }
    }
}
