using Weft.Primitives.Http;
using Weft.Wire.Http2.Hpack;
using Xunit;

namespace Weft.Wire.Tests.Http2.Hpack;

/// <summary>RFC 9113, 8.2 and 8.3: messages that decode and are refused all the same, each for its own reason.</summary>
public sealed class HpackRuleTests
{
    private const string Get = ":method=GET|:scheme=http|:path=/|:authority=a";

    [Theory]
    [InlineData(Get + "|Upper=1", HeadFault.BadName)]
    [InlineData(Get + "|=1", HeadFault.BadName)]
    [InlineData(Get + "|a b=1", HeadFault.BadName)]
    [InlineData(Get + "|a:=1", HeadFault.BadName)]
    [InlineData(Get + "|a=\r\nb: c", HeadFault.BadValue)]
    [InlineData(Get + "|a=\0", HeadFault.BadValue)]
    [InlineData(Get + "|a= b", HeadFault.BadValue)]
    [InlineData(Get + "|a=b\t", HeadFault.BadValue)]
    [InlineData(Get + "|connection=close", HeadFault.ConnectionSpecificField)]
    [InlineData(Get + "|keep-alive=1", HeadFault.ConnectionSpecificField)]
    [InlineData(Get + "|proxy-connection=1", HeadFault.ConnectionSpecificField)]
    [InlineData(Get + "|transfer-encoding=chunked", HeadFault.ConnectionSpecificField)]
    [InlineData(Get + "|upgrade=h2c", HeadFault.ConnectionSpecificField)]
    [InlineData(Get + "|te=gzip", HeadFault.ConnectionSpecificField)]
    [InlineData(Get + "|content-length=1|content-length=1", HeadFault.RepeatedLength)]
    [InlineData(Get + "|content-length=1,1", HeadFault.RepeatedLength)]
    [InlineData(Get + "|content-length=+1", HeadFault.BadLength)]
    [InlineData(Get + "|host=b", HeadFault.HostDisagrees)]
    [InlineData(Get + "|host=a|host=a", HeadFault.RepeatedHost)]
    [InlineData(Get + "|host=a b", HeadFault.BadHost)]
    [InlineData(Get + "|:path=/", HeadFault.BadPseudoField)]
    [InlineData(Get + "|a=1|:protocol=x", HeadFault.BadPseudoField)]
    [InlineData(Get + "|:status=200", HeadFault.BadPseudoField)]
    [InlineData(Get + "|:unknown=1", HeadFault.BadPseudoField)]
    [InlineData(Get + "|:protocol=x", HeadFault.BadPseudoField)]
    [InlineData(":scheme=http|:path=/|:authority=a", HeadFault.BadPseudoField)]
    [InlineData(":method=GET|:path=/|:authority=a", HeadFault.BadPseudoField)]
    [InlineData(":method=GET|:scheme=http|:authority=a", HeadFault.BadPseudoField)]
    [InlineData(":method=GET|:scheme=http|:path=|:authority=a", HeadFault.BadTarget)]
    [InlineData(":method=GET|:scheme=http|:path=a|:authority=a", HeadFault.BadTarget)]
    [InlineData(":method=GET|:scheme=http|:path=*|:authority=a", HeadFault.BadTarget)]
    [InlineData(":method=GET|:scheme=http|:path=/ HTTP/1.1|:authority=a", HeadFault.BadTarget)]
    [InlineData(":method=GET|:scheme=http|:path=/a#b|:authority=a", HeadFault.BadTarget)]
    [InlineData(":method=GET|:scheme=http|:path=/|:authority=u@a", HeadFault.BadHost)]
    [InlineData(":method=GET|:scheme=http|:path=/|:authority=", HeadFault.BadHost)]
    [InlineData(":method=G T|:scheme=http|:path=/|:authority=a", HeadFault.BadMethod)]
    [InlineData(":method=|:scheme=http|:path=/|:authority=a", HeadFault.BadMethod)]
    [InlineData(":method=CONNECT|:scheme=http|:path=/|:authority=a:1", HeadFault.BadPseudoField)]
    [InlineData(":method=CONNECT", HeadFault.BadPseudoField)]
    [InlineData(":method=CONNECT|:protocol=x|:authority=a", HeadFault.BadPseudoField)]
    [InlineData(":method=CONNECT|:protocol=x|:scheme=http|:path=/", HeadFault.BadPseudoField)]
    [InlineData("", HeadFault.BadPseudoField)]
    public void Malformed_requests_are_refused(string fields, HeadFault expected) => Refused(fields, expected, isRequest: true);

    [Theory]
    [InlineData("", HeadFault.BadPseudoField)]
    [InlineData("a=b", HeadFault.BadPseudoField)]
    [InlineData(":status=20", HeadFault.BadStatus)]
    [InlineData(":status=600", HeadFault.BadStatus)]
    [InlineData(":status=101", HeadFault.BadStatus)]
    [InlineData(":status=+20", HeadFault.BadStatus)]
    [InlineData(":status=200|:status=200", HeadFault.BadPseudoField)]
    [InlineData(":status=200|:method=GET", HeadFault.BadPseudoField)]
    [InlineData("a=b|:status=200", HeadFault.BadPseudoField)]
    public void Malformed_responses_are_refused(string fields, HeadFault expected) => Refused(fields, expected, isRequest: false);

    [Theory]
    [InlineData("a=b|:status=200", HeadFault.BadPseudoField)]
    [InlineData("content-length=1", HeadFault.ForbiddenTrailer)]
    [InlineData("host=a", HeadFault.ForbiddenTrailer)]
    [InlineData("transfer-encoding=chunked", HeadFault.ConnectionSpecificField)]
    public void Malformed_trailers_are_refused(string fields, HeadFault expected) => Refused(fields, expected, isRequest: true, isTrailers: true);

    [Fact]
    public void An_accepted_request_sets_everything()
    {
        MessageHead head = new();
        string fields = ":method=POST|:scheme=https|:path=/x?y|:authority=A:443|host=a|content-length=7|te=trailers|expect=100-continue|cookie=a=b";
        Assert.Equal(HpackFault.None, new HpackDecoder().Decode(Block(fields), head, HeadLimits.Default, isRequest: true, isTrailers: false));
        Assert.Equal(("POST", "https", "/x?y", "A:443"), (Text.Of(head, head.Method), Text.Of(head, head.Scheme), Text.Of(head, head.Path), Text.Of(head, head.Authority)));
        Assert.Equal((7, HttpVersion.Http2, BodyFraming.Http2Stream, true), (head.ContentLength, head.Version, head.Framing, head.ExpectContinue));
        Assert.Equal("host: a|content-length: 7|te: trailers|expect: 100-continue|cookie: a=b", Text.Fields(head));
    }

    [Fact]
    public void Host_stands_in_for_a_missing_authority()
    {
        MessageHead head = new();
        Assert.Equal(HpackFault.None, new HpackDecoder().Decode(Block(":method=GET|:scheme=http|:path=/|host=b"), head, HeadLimits.Default, isRequest: true, isTrailers: false));
        Assert.Equal("b", Text.Of(head, head.Authority));
    }

    [Fact]
    public void The_limits_are_exact_and_leave_the_connection_sound()
    {
        // 7+3, 7+4, 5+1, 10+1 and 1+3, each with 32 more.
        byte[] block = Block(Get + "|a=bcd");
        const int Size = 10 + 11 + 6 + 11 + 4 + (5 * 32);
        Assert.Equal(HpackFault.None, Decode(block, new HeadLimits(1, 1, Size)).Fault);
        Assert.Equal((HpackFault.TooLarge, HeadFault.FieldsTooLarge, Size), Decode(block, new HeadLimits(1, 1, Size - 1)));
        Assert.Equal((HpackFault.TooLarge, HeadFault.TooManyFields, Size), Decode(block, new HeadLimits(1, 0, Size)));
        Assert.Equal((HpackFault.TooLarge, HeadFault.LineTooLong, Size), Decode(block, new HeadLimits(0, 1, Size)));
    }

    [Fact]
    public void A_refused_message_still_updates_the_table()
    {
        HpackDecoder decoder = new();
        MessageHead head = new();
        byte[] refused = [0x40, 1, (byte)'A', 1, (byte)'b', 0x40, 1, (byte)'c', 1, (byte)'d'];
        Assert.Equal(HpackFault.Malformed, decoder.Decode(refused, head, HeadLimits.Default, isRequest: true, isTrailers: true));
        Assert.Equal(68, decoder.TableSize);
        Assert.Equal(HpackFault.None, decoder.Decode([0xBE], head, HeadLimits.Default, isRequest: true, isTrailers: true));
        Assert.Equal("c: d", Text.Fields(head));
    }

    [Fact]
    public void A_giant_string_is_counted_and_not_kept()
    {
        HpackDecoder decoder = new();
        MessageHead head = new();
        byte[] block = [0x40, 1, (byte)'a', 0x7F, .. Number(100_000 - 127), .. new byte[100_000], 0x40, 1, (byte)'c', 1, (byte)'d'];
        Assert.Equal(HpackFault.TooLarge, decoder.Decode(block, head, HeadLimits.Default, isRequest: true, isTrailers: true));
        Assert.Equal(100_001 + 32 + 34, decoder.DecodedSize);
        Assert.Equal(34, decoder.TableSize);
        Assert.InRange(head.Block.Length, 0, 1024);
    }

    /// <summary>Its Huffman code is looked at to the end, though nothing of it is kept.</summary>
    [Theory]
    [InlineData(false, HpackFault.TooLarge)]
    [InlineData(true, HpackFault.Compression)]
    public void A_giant_string_with_a_fault_in_its_code_is_a_fault_of_the_connection(bool damaged, HpackFault expected)
    {
        // "0" is coded in five bits of zeros; thirty bits of ones are the end of the string, which may not stand in it.
        byte[] value = new byte[160_000];
        if (damaged)
        {
            value.AsSpan(80_000, 5).Fill(0xFF);
        }

        byte[] block = [0x40, 1, (byte)'a', 0xFF, .. Number(value.Length - 127), .. value, 0x40, 1, (byte)'c', 1, (byte)'d'];
        HeadLimits limits = HeadLimits.Default with { FieldBytes = 128 * 1024 };
        Assert.Equal(expected, new HpackDecoder().Decode(block, new MessageHead(), limits, isRequest: true, isTrailers: true));
    }

    [Theory]
    [InlineData("80")]
    [InlineData("BE")]
    [InlineData("FF80808080808001")]
    [InlineData("FFFFFFFFFF0F")]
    [InlineData("40")]
    [InlineData("4001")]
    [InlineData("400161")]
    [InlineData("40016105")]
    [InlineData("7F00")]
    [InlineData("3FE21F")]
    [InlineData("8220")]
    [InlineData("202020")]
    [InlineData("00016182FFFF")]
    [InlineData("00016181FF")]
    [InlineData("0001618100")]
    [InlineData("00016184FFFFFFFF")]
    public void Blocks_that_cannot_be_decoded_end_the_connection(string hex)
        => Assert.Equal(HpackFault.Compression, new HpackDecoder().Decode(Text.Hex(hex), new MessageHead(), HeadLimits.Default, isRequest: true, isTrailers: true));

    [Theory]
    [InlineData(0, 0x1ff8, 13)]
    [InlineData(1, 0x7fffd8, 23)]
    [InlineData(22, 0x3ffffffe, 30)]
    [InlineData(32, 0x14, 6)]
    [InlineData(48, 0x0, 5)]
    [InlineData(92, 0x7fff0, 19)]
    [InlineData(123, 0x7ffe, 15)]
    [InlineData(128, 0xfffe6, 20)]
    [InlineData(137, 0x7fffda, 23)]
    [InlineData(203, 0x7ffffde, 27)]
    [InlineData(220, 0xffffffd, 28)]
    [InlineData(249, 0xffffffe, 28)]
    [InlineData(255, 0x3ffffee, 26)]
    public void The_huffman_code_is_that_of_the_rfc(int symbol, int code, int length)
    {
        string bits = (Convert.ToString(code, 2).PadLeft(length, '0') + "1111111")[..((length + 7) / 8 * 8)];
        byte[] encoded = [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
        byte[] output = new byte[16];
        Assert.True(Huffman.TryDecode(encoded, output, out int written));
        Assert.Equal([(byte)symbol], output[..written]);
    }

    [Fact]
    public void Every_name_of_the_static_table_is_found_in_its_own_slot()
    {
        for (int index = 1; index <= StaticTable.Count; index++)
        {
            int found = StaticTable.FindName(Text.Bytes(Text.Of(StaticTable.Name(index)).ToUpperInvariant()));
            Assert.Equal(Text.Of(StaticTable.Name(index)), Text.Of(StaticTable.Name(found)));
        }
    }

    private static void Refused(string fields, HeadFault expected, bool isRequest, bool isTrailers = false)
    {
        HpackDecoder decoder = new();
        HpackFault fault = decoder.Decode(Block(fields), new MessageHead(), HeadLimits.Default, isRequest, isTrailers);
        Assert.Equal((HpackFault.Malformed, expected), (fault, decoder.Cause));
    }

    private static (HpackFault Fault, HeadFault Cause, long Size) Decode(byte[] block, HeadLimits limits)
    {
        HpackDecoder decoder = new();
        return (decoder.Decode(block, new MessageHead(), limits, isRequest: true, isTrailers: false), decoder.Cause, decoder.DecodedSize);
    }

    /// <summary>Plain literals without indexing.</summary>
    private static byte[] Block(string fields)
    {
        List<byte> block = [];
        foreach (string field in fields.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            block.AddRange([0, (byte)equals, .. Text.Bytes(field[..equals]), (byte)(field.Length - equals - 1), .. Text.Bytes(field[(equals + 1)..])]);
        }

        return [.. block];
    }

    private static byte[] Number(int value)
    {
        List<byte> octets = [];
        for (; value >= 128; value >>= 7)
        {
            octets.Add((byte)(value | 128));
        }

        return [.. octets, (byte)value];
    }
}
