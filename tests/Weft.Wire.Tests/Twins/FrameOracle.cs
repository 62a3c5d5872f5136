using Weft.Wire.Http2;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the readers of HTTP/2 frames against the tables of RFC 9113, 6, written down once more as plain arithmetic.</summary>
internal static class FrameOracle
{
    /// <summary>The input is frames one after another; true when all of them are whole and sound.</summary>
    internal static bool Check(byte[] input)
    {
        PeerSettings settings = new();
        int at = 0;
        while (FrameHeader.TryRead(input.AsSpan(at), out FrameHeader header))
        {
            DisagreementException.UnlessEqual((input[at] << 16) | (input[at + 1] << 8) | input[at + 2], header.Length, "the length");
            DisagreementException.UnlessEqual(((input[at + 5] & 0x7f) << 24) | (input[at + 6] << 16) | (input[at + 7] << 8) | input[at + 8], header.StreamId, "the stream");
            if (input.Length - at - FrameHeader.Size < header.Length)
            {
                return false;
            }

            byte[] payload = input[(at + FrameHeader.Size)..(at + FrameHeader.Size + header.Length)];
            (ErrorCode expected, string content) = Naive(input[at + 3], input[at + 4], header.StreamId, payload, settings.EnableConnectProtocol);
            DisagreementException.UnlessEqual((expected, content), Read(header, payload, ref settings), $"a frame of type {input[at + 3]}");
            if (expected != ErrorCode.NoError)
            {
                return false;
            }

            at += FrameHeader.Size + header.Length;
        }

        return at == input.Length && at > 0;
    }

    private static (ErrorCode Code, string Content) Read(in FrameHeader header, byte[] payload, ref PeerSettings settings)
    {
        ErrorCode code;
        string content = "";
        switch (header.Type)
        {
            case FrameType.Data:
                code = FrameReader.TryReadData(header, payload, out ReadOnlySpan<byte> data);
                content = Convert.ToHexString(data);
                break;
            case FrameType.Headers:
                code = FrameReader.TryReadHeaders(header, payload, out ReadOnlySpan<byte> fragment);
                content = Convert.ToHexString(fragment);
                break;
            case FrameType.Continuation:
                code = FrameReader.TryReadContinuation(header, payload, out ReadOnlySpan<byte> more);
                content = Convert.ToHexString(more);
                break;
            case FrameType.Priority:
                code = FrameReader.TryReadPriority(header, payload);
                break;
            case FrameType.RstStream:
                code = FrameReader.TryReadRstStream(header, payload, out ErrorCode reason);
                content = $"{(uint)reason}";
                break;
            case FrameType.Settings:
                code = FrameReader.TryReadSettings(header, payload, ref settings);
                break;
            case FrameType.Ping:
                code = FrameReader.TryReadPing(header, payload, out ulong opaque);
                content = $"{opaque}";
                break;
            case FrameType.GoAway:
                code = FrameReader.TryReadGoAway(header, payload, out int last, out ErrorCode why, out ReadOnlySpan<byte> debug);
                content = $"{last} {(uint)why} {Convert.ToHexString(debug)}";
                break;
            case FrameType.WindowUpdate:
                code = FrameReader.TryReadWindowUpdate(header, payload, out int increment);
                content = $"{increment}";
                break;
            default:
                return (ErrorCode.NoError, "");
        }

        return (code, code == ErrorCode.NoError ? content : "");
    }

    private static (ErrorCode Code, string Content) Naive(int type, int flags, int stream, byte[] payload, bool connectBefore) => type switch
    {
        0 => stream == 0 ? (ErrorCode.ProtocolError, "") : Unpad(flags, payload, priority: false),
        1 => stream == 0 ? (ErrorCode.ProtocolError, "") : Unpad(flags, payload, (flags & 0x20) != 0),
        2 => (stream == 0 ? ErrorCode.ProtocolError : payload.Length == 5 ? ErrorCode.NoError : ErrorCode.FrameSizeError, ""),
        3 => stream == 0 ? (ErrorCode.ProtocolError, "") : payload.Length != 4 ? (ErrorCode.FrameSizeError, "") : (ErrorCode.NoError, $"{Number(payload, 0)}"),
        4 => (Settings(flags, stream, payload, connectBefore), ""),
        6 => stream != 0 ? (ErrorCode.ProtocolError, "") : payload.Length != 8 ? (ErrorCode.FrameSizeError, "")
            : (ErrorCode.NoError, $"{((ulong)Number(payload, 0) << 32) | Number(payload, 4)}"),
        7 => stream != 0 ? (ErrorCode.ProtocolError, "") : payload.Length < 8 ? (ErrorCode.FrameSizeError, "")
            : (ErrorCode.NoError, $"{Number(payload, 0) & 0x7fffffff} {Number(payload, 4)} {Convert.ToHexString(payload[8..])}"),
        8 => payload.Length != 4 ? (ErrorCode.FrameSizeError, "") : (Number(payload, 0) & 0x7fffffff) == 0 ? (ErrorCode.ProtocolError, "")
            : (ErrorCode.NoError, $"{Number(payload, 0) & 0x7fffffff}"),
        9 => stream == 0 ? (ErrorCode.ProtocolError, "") : (ErrorCode.NoError, Convert.ToHexString(payload)),
        _ => (ErrorCode.NoError, ""),
    };

    private static uint Number(byte[] bytes, int at) => (uint)((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);

    private static (ErrorCode Code, string Content) Unpad(int flags, byte[] payload, bool priority)
    {
        byte[] rest = payload;
        if ((flags & 8) != 0)
        {
            if (payload.Length == 0)
            {
                return (ErrorCode.FrameSizeError, "");
            }

            if (payload[0] > payload.Length - 1)
            {
                return (ErrorCode.ProtocolError, "");
            }

            rest = payload[1..(payload.Length - payload[0])];
        }

        return !priority ? (ErrorCode.NoError, Convert.ToHexString(rest))
            : rest.Length >= 5 ? (ErrorCode.NoError, Convert.ToHexString(rest[5..]))
            : ((flags & 8) != 0 && payload.Length >= 6 ? ErrorCode.ProtocolError : ErrorCode.FrameSizeError, "");
    }

    private static ErrorCode Settings(int flags, int stream, byte[] payload, bool connect)
    {
        if (stream != 0)
        {
            return ErrorCode.ProtocolError;
        }

        if (payload.Length % 6 != 0 || ((flags & 1) != 0 && payload.Length > 0))
        {
            return ErrorCode.FrameSizeError;
        }

        foreach (byte[] row in payload.Chunk(6))
        {
            uint value = Number(row, 2);
            ErrorCode code = ((row[0] << 8) | row[1]) switch
            {
                2 when value > 1 => ErrorCode.ProtocolError,
                4 when value > 0x7fffffff => ErrorCode.FlowControlError,
                5 when value < 16_384 || value > 16_777_215 => ErrorCode.ProtocolError,
                8 when value > 1 || (connect && value == 0) => ErrorCode.ProtocolError,
                _ => ErrorCode.NoError,
            };
            connect |= ((row[0] << 8) | row[1]) == 8 && value == 1;
            if (code != ErrorCode.NoError)
            {
                return code;
            }
        }

        return ErrorCode.NoError;
    }
}
