using Weft.Primitives.Net;
using Weft.Wire.Dns;
using Weft.Wire.Tests.Twins;
using Xunit;

namespace Weft.Wire.Tests.Dns;

public sealed class DnsAnswerTests
{
    [Fact]
    public void Our_questions_are_ones_that_we_would_answer()
    {
        byte[] packet = new byte[DnsQuestionWriter.Max];
        int length = DnsQuestionWriter.Write("Mail.Example.", DnsType.Aaaa, 7, packet);
        Assert.True(DnsReader.TryReadQuery(packet.AsSpan(0, length), out DnsQuery query, out _));
        Assert.Equal(("mail.example", DnsType.Aaaa, 7, true, true), (Text.Of(query.Name), query.Type, query.Id, query.RecursionDesired, query.HasEdns));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("\u00e9.example")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.example")]
    public void What_is_no_name_is_not_asked_for(string name) => Assert.Equal(0, DnsQuestionWriter.Write(name, DnsType.A, 1, new byte[DnsQuestionWriter.Max]));

    [Fact]
    public void Addresses_are_found_through_aliases_with_the_least_time()
    {
        DnsAnswer answer = DnsAnswerReader.TryRead(Corpus.Answers[1], DnsAnswerOracle.Question)!;
        Assert.Equal([NetAddress.V4(0x0a000001, 0), NetAddress.V4(0x0a000002, 0)], answer.Addresses);
        Assert.Equal(30u, answer.TtlSeconds);
    }

    [Fact]
    public void An_answer_to_another_question_is_none()
    {
        byte[] other = [.. DnsAnswerOracle.Question];
        other[1] ^= 1;
        Assert.Null(DnsAnswerReader.TryRead(Corpus.Answers[0], other));
        other[1] ^= 1;
        other[13] ^= 0x20;
        Assert.Null(DnsAnswerReader.TryRead(Corpus.Answers[0], other));
    }

    [Fact]
    public void Aliases_in_a_circle_lead_nowhere() => Assert.Null(DnsAnswerReader.TryRead(Corpus.Answers[3], DnsAnswerOracle.Question));
}
