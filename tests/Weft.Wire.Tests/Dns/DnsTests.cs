using Weft.Wire.Dns;
using Xunit;

namespace Weft.Wire.Tests.Dns;

public sealed class DnsTests
{
    private const string Header = "1234 0100 0001 0000 0000 0000 ";
    private const string Question = "04 43617274 04 70726f64 00 0001 0001";

    [Fact]
    public void A_query_is_read_in_lower_case()
    {
        DnsQuery query = Read(Header + Question);
        Assert.Equal(("cart.prod", DnsType.A, 1, true, 0x1234), (Text.Of(query.Name), query.Type, query.Class, query.RecursionDesired, query.Id));
        Assert.True(query.HasPlainName);
        Assert.Equal((false, 512), (query.HasEdns, query.Payload));
    }

    [Fact]
    public void Addresses_are_answered_with_the_question_as_it_was_sent()
    {
        byte[] packet = Text.Hex(Header + Question);
        Assert.True(DnsReader.TryReadQuery(packet, out DnsQuery query, out _));
        byte[] output = new byte[512];
        int size = DnsWriter.WriteAddresses(query, packet, [240, 77, 0, 1, 240, 77, 0, 2], 30, output);
        Assert.Equal(
            Convert.ToHexString(Text.Hex("1234 8580 0001 0002 0000 0000" + Question + "c00c 0001 0001 0000001e 0004 f04d0001 c00c 0001 0001 0000001e 0004 f04d0002")),
            Convert.ToHexString(output.AsSpan(0, size)));
        Assert.True(DnsReader.IsAnswerTo(output.AsSpan(0, size), packet, query));
    }

    [Fact]
    public void Edns_is_answered_with_edns()
    {
        byte[] packet = Text.Hex("1234 0000 0001 0000 0000 0001 01 61 00 001c 0001 00 0029 1000 0000 8000 0000");
        Assert.True(DnsReader.TryReadQuery(packet, out DnsQuery query, out _));
        Assert.Equal((true, 1232), (query.HasEdns, query.Payload));
        byte[] output = new byte[512];
        int size = DnsWriter.WriteCode(query, packet, DnsResponseCode.NameError, output);
        Assert.Equal(
            Convert.ToHexString(Text.Hex("1234 8483 0001 0000 0000 0001 01 61 00 001c 0001 00 0029 04d0 0000 0000 0000")), Convert.ToHexString(output.AsSpan(0, size)));
        Assert.Equal(0, DnsWriter.WriteCode(query, packet, DnsResponseCode.NameError, output.AsSpan(0, size - 1)));
    }

    [Fact]
    public void What_does_not_fit_is_truncated()
    {
        byte[] packet = Text.Hex(Header + Question);
        Assert.True(DnsReader.TryReadQuery(packet, out DnsQuery query, out _));
        byte[] output = new byte[4096];
        int size = DnsWriter.WriteAddresses(query, packet, new byte[4 * 40], 30, output);
        Assert.Equal("8780", Convert.ToHexString(output.AsSpan(2, 2)));
        Assert.Equal(packet.Length, size);
    }

    [Fact]
    public void Another_edns_version_is_answered_with_its_own_code()
    {
        byte[] packet = Text.Hex("1234 0000 0001 0000 0000 0001 01 61 00 0001 0001 00 0029 1000 0001 0000 0000");
        Assert.False(DnsReader.TryReadQuery(packet, out DnsQuery query, out DnsResponseCode code));
        Assert.Equal(DnsResponseCode.BadVersion, code);
        byte[] output = new byte[512];
        int size = DnsWriter.WriteCode(query, packet, code, output);
        Assert.Equal((0, 1), (output[3] & 15, output[size - 6]));
    }

    [Theory]
    [InlineData("1234 0100 0001 0000 0000 00", false, DnsResponseCode.FormatError)]
    [InlineData("1234 8100 0001 0000 0000 0000" + Question, false, DnsResponseCode.FormatError)]
    [InlineData("1234 2800 0001 0000 0000 0000" + Question, true, DnsResponseCode.NotImplemented)]
    [InlineData("1234 0100 0000 0000 0000 0000", true, DnsResponseCode.FormatError)]
    [InlineData("1234 0100 0002 0000 0000 0000" + Question, true, DnsResponseCode.FormatError)]
    [InlineData("1234 0100 0001 0001 0000 0000" + Question, true, DnsResponseCode.FormatError)]
    [InlineData("1234 0100 0001 0000 0000 0005" + Question, true, DnsResponseCode.FormatError)]
    [InlineData(Header + "c00c 0001 0001", true, DnsResponseCode.FormatError)]
    [InlineData(Header + "01 61 c00c 0001 0001", true, DnsResponseCode.FormatError)]
    [InlineData(Header + "40 61", true, DnsResponseCode.FormatError)]
    [InlineData(Header + "01 61", true, DnsResponseCode.FormatError)]
    [InlineData(Header + "01 61 00 0001", true, DnsResponseCode.FormatError)]
    [InlineData(Header + Question + "00", true, DnsResponseCode.FormatError)]
    public void Hostile_packets_are_refused_or_dropped(string hex, bool canAnswer, DnsResponseCode expected)
    {
        Assert.False(DnsReader.TryReadQuery(Text.Hex(hex), out DnsQuery query, out DnsResponseCode code));
        Assert.Equal((canAnswer, expected), (query.CanAnswer, code));
    }

    [Fact]
    public void Names_are_at_most_255_octets_and_their_labels_plain_to_be_matched()
    {
        string label = "3F" + string.Concat(Enumerable.Repeat("61", 63));
        Assert.Equal(253, Read(Header + label + label + label + "3D" + label[2..124] + "00 0001 0001").Name.Length);
        Assert.False(DnsReader.TryReadQuery(Text.Hex(Header + label + label + label + "3E" + label[2..126] + "00 0001 0001"), out _, out _));
        Assert.False(Read(Header + "03 612e62 00 0001 0001").HasPlainName);
        Assert.False(Read(Header + "02 6100 00 0001 0001").HasPlainName);
        Assert.True(Read(Header + "00 0001 0001").Name.IsEmpty);
    }

    [Fact]
    public void An_answer_to_another_question_is_not_taken()
    {
        byte[] packet = Text.Hex(Header + Question);
        DnsReader.TryReadQuery(packet, out DnsQuery query, out _);
        string answer = "1234 8180 0001 0000 0000 0000";
        Assert.True(DnsReader.IsAnswerTo(Text.Hex(answer + Question), packet, query));
        Assert.False(DnsReader.IsAnswerTo(packet, packet, query));
        Assert.False(DnsReader.IsAnswerTo(Text.Hex("1235" + answer[4..] + Question), packet, query));
        Assert.False(DnsReader.IsAnswerTo(Text.Hex(answer + Question.Replace("43", "63", StringComparison.Ordinal)), packet, query));
        Assert.False(DnsReader.IsAnswerTo(Text.Hex(answer), packet, query));
    }

    private static DnsQuery Read(string hex)
    {
        Assert.True(DnsReader.TryReadQuery(Text.Hex(hex), out DnsQuery query, out DnsResponseCode code), code.ToString());
        return query;
    }
}
