using System.Text.Json;
using CsCheck;
using Weft.Cli.Output;
using Weft.Cli.Tests.Support;
using Xunit;

namespace Weft.Cli.Tests;

public sealed class OutputTests
{
    [Theory]
    [InlineData(false, null, "", false)]
    [InlineData(true, null, "", true)]
    [InlineData(true, null, "TERM=dumb", false)]
    [InlineData(true, null, "NO_COLOR=1", false)]
    [InlineData(true, null, "NO_COLOR=", true)]
    [InlineData(false, null, "FORCE_COLOR=1", true)]
    [InlineData(false, null, "CLICOLOR_FORCE=1", true)]
    [InlineData(false, null, "CLICOLOR_FORCE=0", false)]
    [InlineData(false, null, "FORCE_COLOR=1;TERM=dumb", true)]
    [InlineData(false, null, "NO_COLOR=1;FORCE_COLOR=1", false)]
    [InlineData(false, "always", "NO_COLOR=1;TERM=dumb", true)]
    [InlineData(true, "never", "FORCE_COLOR=1", false)]
    [InlineData(true, "auto", "", true)]
    public void Colour_follows_the_flag_then_the_environment_then_the_terminal(bool isTerminal, string? flag, string variables, bool expected)
    {
        var environment = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(expected, TerminalStyle.For(HostWith(environment), isTerminal, flag, noColorFlag: false).Color);
    }

    [Fact]
    public void No_color_is_the_same_as_color_never()
        => Assert.False(TerminalStyle.For(HostWith(new Dictionary<string, string> { ["FORCE_COLOR"] = "1" }), isTerminal: true, null, noColorFlag: true).Color);

    [Theory]
    [InlineData("LANG=en_GB.UTF-8", "✓")]
    [InlineData("LANG=C", "ok")]
    [InlineData("LC_ALL=C;LANG=C.utf8", "ok")]
    public void Marks_are_plain_words_when_the_locale_is_not_utf8(string variables, string good)
    {
        var environment = variables.Split(';').Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(good, TerminalStyle.For(HostWith(environment), isTerminal: false, null, noColorFlag: false).Good);
    }

    [Fact]
    public void Columns_are_aligned_by_what_is_seen_and_lines_end_without_blanks()
    {
        var table = new TextTable(new Column("NAME"), new Column("RPS", Right: true), new Column("MORE", Wide: true), new Column("END"));
        table.Add("cart", "4.1k/s", "hidden", "x");
        table.Add("naïve-日本", new Cell("1/s"), "hidden", (string?)null);
        using var writer = new StringWriter { NewLine = "\n" };
        PlainTableWriter.Write(table, writer, wide: false, TerminalStyle.Plain);
        Assert.Equal("NAME           RPS  END\ncart        4.1k/s  x\nnaïve-日本     1/s  -\n", writer.ToString());
    }

    [Fact]
    public void Colour_does_not_move_columns()
    {
        var table = new TextTable(new Column("STATE"), new Column("N", Right: true));
        table.Add(new Cell("ok", Tone.Good), "1");
        table.Add(new Cell("refused", Tone.Bad), "22");
        using var writer = new StringWriter { NewLine = "\n" };
        PlainTableWriter.Write(table, writer, wide: false, new TerminalStyle(true, true, false));
        var bare = System.Text.RegularExpressions.Regex.Replace(writer.ToString(), "\u001b\\[[0-9;]*m", "");
        Assert.NotEqual(bare, writer.ToString());
        Assert.Equal("STATE     N\nok        1\nrefused  22\n", bare);
    }

    [Fact]
    public void Control_characters_from_afar_cannot_draw_on_the_terminal()
    {
        var table = new TextTable(new Column("REASON"));
        table.Add("evil\u001b[2J\nnext");
        using var writer = new StringWriter { NewLine = "\n" };
        PlainTableWriter.Write(table, writer, wide: false, TerminalStyle.Plain);
        Assert.Equal("REASON\nevil?[2J?next\n", writer.ToString());
    }

    [Fact]
    public void Csv_quotes_what_needs_it_and_leaves_no_data_empty()
    {
        var table = new TextTable(new Column("A"), new Column("B", Wide: true));
        table.Add("x,\"y\"", Cell.None);
        using var writer = new StringWriter();
        CsvTableWriter.Write(table, writer);
        Assert.Equal("A,B\r\n\"x,\"\"y\"\"\",\r\n", writer.ToString());
    }

    [Theory]
    [InlineData("{}", "{}\n")]
    [InlineData("""{"a":1,"b":"x"}""", "a: 1\nb: x\n")]
    [InlineData("""{"a":{"b":[1,{"c":true,"d":null}]}}""", "a:\n  b:\n  - 1\n  - c: true\n    d: null\n")]
    [InlineData("""[[1,2],[]]""", "- - 1\n  - 2\n- []\n")]
    [InlineData("""{"a":"yes","b":"1.0","c":"- x","d":"a: b","e":"","f":"l1\nl2","g":"2026-01-01"}""",
        "a: \"yes\"\nb: \"1.0\"\nc: \"- x\"\nd: \"a: b\"\ne: \"\"\nf: \"l1\\nl2\"\ng: \"2026-01-01\"\n")]
    public void Yaml_says_the_same_as_json(string json, string yaml)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(yaml, YamlText.Write(document.RootElement));
    }

    [Theory]
    [InlineData(null, "-")]
    [InlineData(0.0, "0.0ms")]
    [InlineData(1.24, "1.2ms")]
    [InlineData(123.4, "123ms")]
    [InlineData(12_345.0, "12.3s")]
    public void Latencies_carry_their_unit(double? ms, string expected) => Assert.Equal(expected, Units.Milliseconds(ms).Text);

    [Theory]
    [InlineData(0.04, "0.0/s")]
    [InlineData(9.96, "10.0/s")]
    [InlineData(120, "120/s")]
    [InlineData(4_100, "4.1k/s")]
    [InlineData(2_500_000, "2.5M/s")]
    public void Rates_carry_their_unit(double rate, string expected) => Assert.Equal(expected, Units.Rate(rate).Text);

    [Theory]
    [InlineData(1.0, "100.00%")]
    [InlineData(0.99999, "99.99%")]
    [InlineData(0.0, "0.00%")]
    public void Only_all_of_them_is_a_hundred_percent(double share, string expected) => Assert.Equal(expected, Units.Percent(share));

    [Theory]
    [InlineData(84, "84ms")]
    [InlineData(4_200, "4.2s")]
    [InlineData(60_000, "1m")]
    [InlineData(200_000, "3m20s")]
    [InlineData(83_520_000, "23h12m")]
    [InlineData(792_000_000, "9d4h")]
    [InlineData(-5_000, "-5s")]
    public void Times_have_at_most_two_units(long ms, string expected) => Assert.Equal(expected, Units.Duration(TimeSpan.FromMilliseconds(ms)));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("1m30s", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    public void Durations_are_read(string text, long ms)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(ms, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1 s")]
    [InlineData("9999999999s")]
    [InlineData("999999999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public async Task A_terminal_gets_the_same_cells_with_colour()
    {
        await using var server = SampleMesh.Start();
        var run = await new WeftRun.Setting { Server = server, IsTerminal = true }.RunAsync("get", "services", "-A");
        Assert.Contains("\u001b[", run.Out, StringComparison.Ordinal);
        var words = System.Text.RegularExpressions.Regex.Replace(run.Out, "\u001b\\[[0-9;]*m", "").Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["NAMESPACE", "NAME", "ADDRESS", "PORTS", "HEALTHY", "MESHED", "ops", "probe", "240.77.0.3", "9090", "0/1", "1/1"], words.Take(12));
        Assert.DoesNotContain("│", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a\n", "a\n")]
    public void Equal_texts_have_no_diff(string a, string b) => Assert.Empty(UnifiedDiff.Lines("a", "b", a, b));

    [Fact]
    public void A_diff_applied_to_the_old_text_gives_the_new_one()
    {
        CsCheck.Check.Sample(
            Gen.Select(Gen.Int[0, 4].List[0, 30], Gen.Int[0, 4].List[0, 30]),
            pair =>
            {
                var a = string.Concat(pair.Item1.Select(n => $"line {n}\n"));
                var b = string.Concat(pair.Item2.Select(n => $"line {n}\n"));
                Assert.Equal(b, Patch(a, [.. UnifiedDiff.Lines("a", "b", a, b)]));
            });
    }

    /// <summary>A small patch(1): believes the line numbers and checks every kept and removed line.</summary>
    private static string Patch(string old, List<string> diff)
    {
        var lines = old.Split('\n')[..^1];
        var result = new List<string>();
        var at = 0;
        foreach (var line in diff.Skip(2))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                var range = line.Split(' ')[1][1..].Split(',');
                var count = range.Length > 1 ? int.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture) : 1;
                var start = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture) - (count == 0 ? 0 : 1);
                result.AddRange(lines[at..start]);
                at = start;
                continue;
            }

            if (line[0] != '+')
            {
                Assert.Equal(lines[at++], line[1..]);
            }

            if (line[0] != '-')
            {
                result.Add(line[1..]);
            }
        }

        result.AddRange(lines[at..]);
        return string.Concat(result.Select(l => l + "\n"));
    }

    private static CliHost HostWith(IReadOnlyDictionary<string, string> environment)
        => new() { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, Environment = environment };
}
