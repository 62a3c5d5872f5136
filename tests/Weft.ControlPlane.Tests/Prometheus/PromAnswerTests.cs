using System.Text;
using CsCheck;
using Weft.ControlPlane.Prometheus;
using Xunit;

namespace Weft.ControlPlane.Tests.Prometheus;

public sealed class PromAnswerTests
{
    [Fact]
    public void A_vector_gives_its_labels_in_the_order_asked_for()
    {
        List<(string, long, double)> samples = Read(
            """{"status":"success","warnings":["w"],"data":{"resultType":"vector","result":[{"metric":{"b":"2","x":"9"},"value":[1700000000.4,"3.5"]},{"metric":{},"value":[5,"0"]}],"stats":{}}}""");
        Assert.Equal([(",2", 1_700_000_000, 3.5), (",", 5, 0)], samples);
    }

    [Fact]
    public void A_matrix_gives_every_step_and_an_empty_one_none()
    {
        Assert.Equal(
            [("1,", 10, 1), ("1,", 20, 2)],
            Read("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"1"},"values":[[10,"1"],[20,"2"]]}]}}"""));
        Assert.Empty(Read("""{"status":"success","data":{"resultType":"vector","result":[]}}"""));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("+Inf")]
    [InlineData("-Inf")]
    public void What_is_no_number_is_left_out_as_if_it_were_stale(string value)
        => Assert.Empty(Read(Matrix($$"""{"metric":{},"values":[[5,"{{value}}"]]}""")));

    [Fact]
    public void A_counter_does_not_shrink()
        => Assert.Equal([(",", 5, 0)], Read("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[5,"-3"]}]}}"""));

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"status":"success"}""")]
    [InlineData("""{"status":"error","data":{"resultType":"vector","result":[]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}x""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}""")]
    [InlineData("""{"status":"success","data":[]}""")]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[5,"1"]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":{}}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[7]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"value":[5,"1"],"metric":{}}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":1},"value":[5,"1"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[5,1]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":["5","1"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[5,"one"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[5,"1",2]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[-5,"1"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e300,"1"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[5,"1e300"]}]}}""")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"\ud800"},"value":[5,"1"]}]}}""")]
    public void What_is_no_answer_is_refused_with_words(string json)
        => Assert.NotEmpty(Assert.Throws<PromAnswerException>(() => Read(json)).Message);

    [Fact]
    public void A_long_error_is_cut_between_characters_not_within_one()
    {
        string error = PromAnswer.ErrorOf(Encoding.UTF8.GetBytes($$"""{"error":"x{{string.Concat(Enumerable.Repeat("🛒", 200))}}"}"""))!;
        Assert.Equal("x" + string.Concat(Enumerable.Repeat("🛒", 149)) + "...", error);
    }

    [Fact]
    public void Depth_series_and_samples_are_bounded()
    {
        Assert.Throws<PromAnswerException>(() => Read("""{"status":"success","x":""" + new string('[', 1_000_000)));
        string series = string.Join(',', Enumerable.Repeat("""{"metric":{},"values":[]}""", PrometheusLimits.SeriesMax + 1));
        Assert.Contains("series", Assert.Throws<PromAnswerException>(() => Read(Matrix(series))).Message, StringComparison.Ordinal);
        string samples = string.Join(',', Enumerable.Repeat("[1,\"1\"]", PrometheusLimits.SamplesMax + 1));
        Assert.Contains("samples", Assert.Throws<PromAnswerException>(() => Read(Matrix($$"""{"metric":{},"values":[{{samples}}]}"""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        byte[] good = Encoding.UTF8.GetBytes(Matrix("""{"metric":{"a":"1","b":"2"},"values":[[10,"1"],[20,"2"]]}"""));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample(change =>
        {
            byte[] bytes = [.. good];
            bytes[change.Item1] = change.Item2;
            try
            {
                PromAnswer.Read(bytes.AsSpan(0, change.Item3), ["a", "b"], static (_, _, _) => { });
            }
            catch (PromAnswerException)
            {
                // Refused with words.
            }

            _ = PromAnswer.ErrorOf(bytes);
        });
        Gen.Byte.Array.Sample(static bytes => _ = PromAnswer.ErrorOf(bytes));
    }

    [Fact]
    public void An_error_is_one_line_of_bounded_length()
    {
        Assert.Equal("too  many", PromAnswer.ErrorOf("""{"status":"error","errorType":"execution","error":"too\r\nmany"}"""u8));
        string words = PromAnswer.ErrorOf(Encoding.UTF8.GetBytes($$"""{"error":"{{new string('x', 10_000)}}"}"""))!;
        Assert.Equal(PrometheusLimits.ErrorCharactersMax + 3, words.Length);
        Assert.Null(PromAnswer.ErrorOf("<html>"u8));
        Assert.Null(PromAnswer.ErrorOf("""{"error":7}"""u8));
    }

    private static string Matrix(string series) => """{"status":"success","data":{"resultType":"matrix","result":[""" + series + "]}}";

    private static List<(string Labels, long Second, double Value)> Read(string json)
    {
        List<(string, long, double)> samples = [];
        PromAnswer.Read(Encoding.UTF8.GetBytes(json), ["a", "b"], (values, second, value) => samples.Add((string.Join(',', values!), second, value)));
        return samples;
    }
}
