using CsCheck;
using Weft.Wire.Http2;
using Xunit;

namespace Weft.Wire.Tests.Http2;

public sealed class FrameTests
{
    [Fact]
    public void Any_frame_header_survives()
        => Gen.Select(Gen.Int[0, FrameHeader.PayloadMax], Gen.Byte, Gen.Byte, Gen.Int[0, int.MaxValue]).Sample((length, type, flags, stream) =>
        {
            FrameHeader header = new(length, (FrameType)type, (FrameFlags)flags, stream);
            byte[] output = new byte[FrameHeader.Size];
            header.Write(output);
            Assert.True(FrameHeader.TryRead(output, out FrameHeader read));
            Assert.Equal(header, read);
            Assert.False(FrameHeader.TryRead(output.AsSpan(0, 8), out _));
        });

    [Fact]
    public void The_reserved_bit_is_ignored()
    {
        Assert.True(FrameHeader.TryRead(Text.Hex("000004 08 00 80000003"), out FrameHeader header));
        Assert.Equal(new FrameHeader(4, FrameType.WindowUpdate, FrameFlags.None, 3), header);
    }

    [Fact]
    public void Small_frames_have_the_octets_of_the_rfc()
    {
        Span<byte> output = new byte[64];
        Assert.Equal("00000C0400000000000003000000640004000FFFFF", Hex(output[..FrameWriter.WriteSettings(
            output, new Setting(SettingId.MaxConcurrentStreams, 100), new Setting(SettingId.InitialWindowSize, 0xFFFFF))]));
        Assert.Equal("000000040100000000", Hex(output[..FrameWriter.WriteSettingsAck(output)]));
        Assert.Equal("0000040800000000077FFFFFFF", Hex(output[..FrameWriter.WriteWindowUpdate(output, 7, int.MaxValue)]));
        Assert.Equal("0000080601000000000102030405060708", Hex(output[..FrameWriter.WritePing(output, ack: true, 0x0102030405060708)]));
        Assert.Equal("00000403000000000500000008", Hex(output[..FrameWriter.WriteRstStream(output, 5, ErrorCode.Cancel)]));
        Assert.Equal("00000A070000000000000000090000000B6869", Hex(output[..FrameWriter.WriteGoAway(output, 9, ErrorCode.EnhanceYourCalm, "hi"u8)]));
        Assert.Equal("000005000100000003", Hex(output[..FrameWriter.WriteDataHeader(output, 3, 5, endStream: true)]));
        Assert.Equal("000005010500000003", Hex(output[..FrameWriter.WriteHeadersHeader(output, 3, 5, endHeaders: true, endStream: true)]));
        Assert.Equal("000005090400000003", Hex(output[..FrameWriter.WriteContinuationHeader(output, 3, 5, endHeaders: true)]));
    }

    [Theory]
    [InlineData(FrameFlags.None, "616263", ErrorCode.NoError, "616263")]
    [InlineData(FrameFlags.Padded, "026162630000", ErrorCode.NoError, "616263")]
    [InlineData(FrameFlags.Padded, "020000", ErrorCode.NoError, "")]
    [InlineData(FrameFlags.Padded, "0300 00", ErrorCode.ProtocolError, "")]
    [InlineData(FrameFlags.Padded, "", ErrorCode.FrameSizeError, "")]
    public void Padding_is_stripped_or_refused(FrameFlags flags, string payload, ErrorCode expected, string data)
    {
        byte[] octets = Text.Hex(payload);
        FrameHeader header = new(octets.Length, FrameType.Data, flags, 1);
        Assert.Equal(expected, FrameReader.TryReadData(header, octets, out ReadOnlySpan<byte> rest));
        Assert.Equal(data, expected == ErrorCode.NoError ? Hex(rest) : "");
    }

    [Theory]
    [InlineData(FrameFlags.Priority, "0000000000 82", ErrorCode.NoError, "82")]
    [InlineData(FrameFlags.Priority, "00000000", ErrorCode.FrameSizeError, "")]
    [InlineData(FrameFlags.Priority | FrameFlags.Padded, "01 0000000000 82 00", ErrorCode.NoError, "82")]
    [InlineData(FrameFlags.Priority | FrameFlags.Padded, "02 0000000000 00", ErrorCode.ProtocolError, "")]
    [InlineData(FrameFlags.Priority | FrameFlags.Padded, "00 00000000", ErrorCode.FrameSizeError, "")]
    public void Priority_is_stripped_or_refused(FrameFlags flags, string payload, ErrorCode expected, string fragment)
    {
        byte[] octets = Text.Hex(payload);
        Assert.Equal(expected, FrameReader.TryReadHeaders(new FrameHeader(octets.Length, FrameType.Headers, flags, 1), octets, out ReadOnlySpan<byte> rest));
        Assert.Equal(fragment, expected == ErrorCode.NoError ? Hex(rest) : "");
    }

    [Theory]
    [InlineData("0004 7fffffff 0005 00ffffff 0099 00000001", ErrorCode.NoError)]
    [InlineData("0004 80000000", ErrorCode.FlowControlError)]
    [InlineData("0005 00003fff", ErrorCode.ProtocolError)]
    [InlineData("0005 01000000", ErrorCode.ProtocolError)]
    [InlineData("0002 00000002", ErrorCode.ProtocolError)]
    [InlineData("0008 00000002", ErrorCode.ProtocolError)]
    [InlineData("0008 00000001 0008 00000000", ErrorCode.ProtocolError)]
    [InlineData("0004 7fffff", ErrorCode.FrameSizeError)]
    public void Settings_are_judged(string payload, ErrorCode expected)
    {
        byte[] octets = Text.Hex(payload);
        PeerSettings settings = new();
        Assert.Equal(expected, FrameReader.TryReadSettings(new FrameHeader(octets.Length, FrameType.Settings, FrameFlags.None, 0), octets, ref settings));
        if (expected == ErrorCode.NoError)
        {
            Assert.Equal((int.MaxValue, FrameHeader.PayloadMax), (settings.InitialWindowSize, settings.MaxFrameSize));
        }
    }

    [Fact]
    public void Frames_on_the_wrong_stream_or_of_the_wrong_size_are_refused()
    {
        PeerSettings settings = new();
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadSettings(Header(FrameType.Settings, 1), [], ref settings));
        Assert.Equal(ErrorCode.FrameSizeError, FrameReader.TryReadSettings(new FrameHeader(6, FrameType.Settings, FrameFlags.Ack, 0), new byte[6], ref settings));
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadData(Header(FrameType.Data, 0), [], out _));
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadHeaders(Header(FrameType.Headers, 0), [], out _));
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadContinuation(Header(FrameType.Continuation, 0), [], out _));
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadRstStream(Header(FrameType.RstStream, 0), new byte[4], out _));
        Assert.Equal(ErrorCode.FrameSizeError, FrameReader.TryReadRstStream(Header(FrameType.RstStream, 1), new byte[5], out _));
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadPing(Header(FrameType.Ping, 1), new byte[8], out _));
        Assert.Equal(ErrorCode.FrameSizeError, FrameReader.TryReadPing(Header(FrameType.Ping, 0), new byte[9], out _));
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadGoAway(Header(FrameType.GoAway, 1), new byte[8], out _, out _, out _));
        Assert.Equal(ErrorCode.FrameSizeError, FrameReader.TryReadGoAway(Header(FrameType.GoAway, 0), new byte[7], out _, out _, out _));
        Assert.Equal(ErrorCode.FrameSizeError, FrameReader.TryReadPriority(Header(FrameType.Priority, 1), new byte[4]));
        Assert.Equal(ErrorCode.FrameSizeError, FrameReader.TryReadWindowUpdate(Header(FrameType.WindowUpdate, 1), new byte[3], out _));
        Assert.Equal(ErrorCode.ProtocolError, FrameReader.TryReadWindowUpdate(Header(FrameType.WindowUpdate, 1), Text.Hex("80000000"), out _));
    }

    [Fact]
    public void Only_a_zero_increment_on_a_stream_and_a_priority_length_are_faults_of_the_stream()
    {
        Assert.False(FrameReader.IsConnectionError(Header(FrameType.WindowUpdate, 1), ErrorCode.ProtocolError));
        Assert.True(FrameReader.IsConnectionError(Header(FrameType.WindowUpdate, 1), ErrorCode.FrameSizeError));
        Assert.True(FrameReader.IsConnectionError(Header(FrameType.WindowUpdate, 0), ErrorCode.ProtocolError));
        Assert.False(FrameReader.IsConnectionError(Header(FrameType.Priority, 1), ErrorCode.FrameSizeError));
        Assert.True(FrameReader.IsConnectionError(Header(FrameType.Data, 1), ErrorCode.ProtocolError));
        Assert.False(FrameReader.IsConnectionError(Header(FrameType.Data, 1), ErrorCode.NoError));
    }

    private static FrameHeader Header(FrameType type, int stream) => new(0, type, FrameFlags.None, stream);

    private static string Hex(ReadOnlySpan<byte> octets) => Convert.ToHexString(octets);
}
