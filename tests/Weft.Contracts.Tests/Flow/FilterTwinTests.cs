using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Weft.Contracts.Flow;
using Xunit;

namespace Weft.Contracts.Tests.Flow;

/// <summary>Random filters, written as text in many ways, against a twin that evaluates the tree which they were written from.</summary>
public sealed class FilterTwinTests
{
    private static readonly string[] s_texts = ["", "a", "ab", "a/b", "b", "aXb", "abab", "é", "x y", "\"q\"", "\\"];

    private static readonly Gen<Twin> s_text = Gen.Select(
        Pick("path", "host", "source", "flags"), Pick("==", "!=", "=~", "startsWith", "endsWith", "contains", "has", "in"), Pick(s_texts), Pick(s_texts),
        static (field, op, value, other) => new Twin(field == "flags" && op == "=~" ? "path" : field, op, value, other));

    private static readonly Gen<Twin> s_number = Gen.Select(
        Pick("status", "latency", "bytes", "mtls"), Pick("==", "!=", "<", "<=", ">", ">=", "in"), Gen.Int[0, 4], Gen.Int[0, 4],
        static (field, op, value, other) => new Twin(field, field == "mtls" ? "is" : op, $"{value}", $"{other}"));

    private static readonly Gen<Twin> s_tree = Gen.Recursive<Twin>((depth, inner) => depth > 4
        ? Gen.OneOf(s_text, s_number)
        : Gen.Frequency(
            (4, Gen.OneOf(s_text, s_number)),
            (2, Gen.Select(inner, inner, static (left, right) => new Twin("", "&&", "", "", left, right))),
            (2, Gen.Select(inner, inner, static (left, right) => new Twin("", "||", "", "", left, right))),
            (1, inner.Select(static left => new Twin("", "!", "", "", left)))));

    private static readonly Gen<FlowRecord> s_record = Gen.Select(
        Pick(s_texts), Pick(s_texts), Pick(s_texts), Pick("", "a", "ab,b", "b"), Gen.UInt[0, 4], Gen.UInt[0, 4], Gen.ULong[0, 4], Gen.Bool,
        static (path, host, source, flags, status, latency, bytes, mtls) => new FlowRecord
        {
            Path = path,
            Host = host,
            Source = new Party { Service = source },
            Flags = flags,
            Status = status,
            Timing = new Timing { TotalUs = latency * 1_000 },
            BytesSent = bytes,
            Tls = new Tls { Mutual = mtls },
        });

    [Fact]
    public void A_filter_means_what_its_tree_means_however_it_is_written()
        => Gen.Select(s_tree, s_record, Gen.Int).Sample((tree, record, seed) =>
        {
            StringBuilder text = new();
            tree.Write(text, new Random(seed), 0);
            Assert.True(Filter.TryParse(text.ToString(), out Filter? filter, out FilterError? error), $"{text}: {error}");
            Assert.True(tree.Eval(record) == filter.Matches(record), $"{text} of {record.Path}");
            Assert.True(Filter.TryParse(filter.ToString(), out Filter? again, out error), $"{filter}: {error}");
            Assert.Equal(filter.ToString(), again.ToString());
            Assert.Equal(filter.Matches(record), again.Matches(record));
        }, iter: 5_000);

    [Fact]
    public void Bytes_and_characters_are_compared_alike()
        => Gen.Select(s_tree, s_record, Gen.Int).Sample((tree, record, seed) =>
        {
            StringBuilder text = new();
            tree.Write(text, new Random(seed), 0);
            Assert.True(Filter.TryParse(text.ToString(), out Filter? filter, out _));
            Assert.Equal(filter.Matches(record), filter.Matches(new InBytes(record)));
        }, iter: 2_000);

    [Fact]
    public void What_may_not_match_by_the_fields_that_are_known_does_not_match_whatever_the_others_are()
        => Gen.Select(s_tree, s_record, s_record, Gen.Int).Sample((tree, record, other, seed) =>
        {
            StringBuilder text = new();
            tree.Write(text, new Random(seed), 0);
            Assert.True(Filter.TryParse(text.ToString(), out Filter? filter, out _));
            FlowSubject<FlowRecordView> subject = new(new FlowRecordView(record));
            Assert.Equal(filter.Matches(record), filter.MayMatch(subject, ulong.MaxValue));
            ulong names = (1UL << (int)FlowKey.Path) | (1UL << (int)FlowKey.SourceService);
            other.Path = record.Path;
            other.Source = record.Source;
            Assert.True(filter.MayMatch(subject, names) || !filter.Matches(other), $"{text} of {other.Path}");
        }, iter: 5_000);

    [Theory]
    [InlineData("source == a/b or destination == a/b", true)]
    [InlineData("source == a/c or destination == a/d", false)]
    [InlineData("source == a/c or rps > 5", true)]
    [InlineData("source == a/c and rps > 5", false)]
    [InlineData("!(source == a/b and rps > 5)", true)]
    [InlineData("!(source == a/b or rps > 5)", false)]
    public void What_is_not_known_may_be_anything(string text, bool may)
    {
        Assert.True(Filter.TryParse(text, FilterSchema.Aggregates, out Filter? filter, out FilterError? error), $"{error}");
        Assert.Equal(may, filter.MayMatch(new Edge("a/b", "a/z"), (1UL << (int)AggregateKey.Source) | (1UL << (int)AggregateKey.Destination)));
    }

    private readonly record struct Edge(string Source, string Destination) : IFilterSubject
    {
        public FlowText Text(int field) => new(((AggregateKey)field == AggregateKey.Source ? Source : Destination).AsSpan());

        public double Number(int field) => double.NaN;
    }

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private sealed record Twin(string Field, string Op, string Value, string Other, Twin? Left = null, Twin? Right = null)
    {
        public bool Eval(FlowRecord record)
        {
            switch (Op)
            {
                case "&&":
                    return Left!.Eval(record) && Right!.Eval(record);
                case "||":
                    return Left!.Eval(record) || Right!.Eval(record);
                case "!":
                    return !Left!.Eval(record);
                case "is":
                    return record.Tls!.Mutual;
            }

            return Field is "status" or "latency" or "bytes" ? EvalNumber(record) : EvalText(record);
        }

        public void Write(StringBuilder text, Random random, int power)
        {
            string blank = random.Next(2) == 0 ? " " : "";
            int own = Op switch { "||" => 1, "&&" => 2, _ => 4 };
            bool wraps = own <= power || (own < 4 && random.Next(4) == 0);
            text.Append(wraps ? "(" : "").Append(blank);
            if (own < 4)
            {
                Left!.Write(text, random, own - 1);
                text.Append(random.Next(2) == 0 ? $"{blank}{Op}{blank}" : Op == "&&" ? " and " : " or ");
                Right!.Write(text, random, own);
            }
            else if (Op == "!")
            {
                text.Append(random.Next(2) == 0 ? "!" : "not ");
                Left!.Write(text, random, 3);
            }
            else if (Op == "is")
            {
                text.Append("mtls");
            }
            else
            {
                WriteTerm(text, blank);
            }

            text.Append(blank).Append(wraps ? ")" : "");
        }

        private static string Quote(string value) => "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

        private void WriteTerm(StringBuilder text, string blank)
        {
            string Shown(string value) => Field switch { "status" => value, "latency" => value + "ms", "bytes" => value + "B", _ => Quote(Op == "=~" ? value.Replace("X", "*", StringComparison.Ordinal) : value) };
            switch (Op)
            {
                case "in":
                    text.Append($"{Field} in ({Shown(Value)},{blank}{Shown(Other)})");
                    break;
                case "startsWith" or "endsWith" or "contains" or "has":
                    text.Append($"{Field}.{Op}({Shown(Value)})");
                    break;
                default:
                    text.Append($"{Field}{blank}{Op}{blank}{Shown(Value)}");
                    break;
            }
        }

        private bool EvalNumber(FlowRecord record)
        {
            double have = Field switch { "status" => record.Status, "latency" => record.Timing!.TotalUs / 1_000.0, _ => record.BytesSent };
            double want = double.Parse(Value, null);
            return Op switch
            {
                "==" => have == want,
                "!=" => have != want,
                "<" => have < want,
                "<=" => have <= want,
                ">" => have > want,
                ">=" => have >= want,
                _ => have == want || have == double.Parse(Other, null),
            };
        }

        private bool EvalText(FlowRecord record)
        {
            string have = Field switch { "path" => record.Path, "host" => record.Host, "source" => record.Source!.Service, _ => record.Flags };
            bool Same(string want) => Field switch
            {
                "source" when !want.Contains('/', StringComparison.Ordinal) => have.Split('/', 2)[^1] == want,
                "flags" => have.Split(',').Contains(want),
                _ => have == want,
            };
            return Op switch
            {
                "==" => Same(Value),
                "!=" => !Same(Value),
                "in" => Same(Value) || Same(Other),
                "startsWith" => have.StartsWith(Value, StringComparison.Ordinal),
                "endsWith" => have.EndsWith(Value, StringComparison.Ordinal),
                "contains" => have.Contains(Value, StringComparison.Ordinal),
                "has" => have.Split(',').Contains(Value),
                _ => Regex.IsMatch(have, "^" + string.Join(".*", Value.Split('X').Select(Regex.Escape)) + "\\z", RegexOptions.Singleline),
            };
        }
    }

    /// <summary>The same record with its texts in UTF-8.</summary>
    private readonly struct InBytes(FlowRecord record) : IFilterSubject
    {
        public FlowText Text(int field)
        {
            FlowText text = FlowFields.Of((FlowKey)field).IsText ? new FlowRecordView(record).Text((FlowKey)field) : default;
            return new FlowText(Encoding.UTF8.GetBytes(text.ToString()).AsSpan());
        }

        public double Number(int field) => new FlowRecordView(record).Number((FlowKey)field);
    }
}
