using System.Text;
using Weft.Contracts.Flow;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>
/// Holds the filter language against itself: whatever the text, it is refused at a place inside it, or its plainest form compiles again to the same
/// and answers alike.
/// </summary>
internal static class FilterOracle
{
    private static readonly FlowRecord[] s_records =
    [
        new(),
        new() { Status = 503, Path = "/api/a", Method = "GET", Reason = "OK", Source = new Party { Service = "shop/web" }, Timing = new Timing { TotalUs = 200_000 }, Tls = new Tls { Mutual = true } },
    ];

    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        "status>=500 && path.startsWith(\"/api\")"u8.ToArray(),
        "not (method == GET or source in (shop/web, \"a b\")) and latency<200ms"u8.ToArray(),
        "!mtls || path =~ /a*b* && has(route) && flags.has(UF)"u8.ToArray(),
        "trace_id != 4bf92f35 && bytes >= 1KiB"u8.ToArray(),
        "rps>10 and error>1% and !mtls and new"u8.ToArray(),
    ];

    internal static IReadOnlyList<string> Words { get; } =
    [
        " and ", " or ", "not ", "!", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "=~", " in (", "(", ")", ",", "\"", "'", "\\", "*", "has(", ".startsWith(", ".endsWith(", ".contains(", ".has(",
        "status", "path", "latency", "bytes", "mtls", "trace_id", "source", "flags", "rps", "error", "new", "500", "1.5", "200ms", "1KiB", "1%", "0x", "true", "\u00e9",
    ];

    internal static bool Check(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        return Check(text, FilterSchema.Flows) | Check(text, FilterSchema.Aggregates);
    }

    private static bool Check(string text, FilterSchema schema)
    {
        if (!Filter.TryParse(text, schema, out Filter? filter, out FilterError? error))
        {
            DisagreementException.Unless(error.Column >= 1 && error.Column <= text.Length + 1 && error.Message.Length > 0, $"the error of {text} has a place");
            return false;
        }

        string plain = filter.ToString();
        if (plain.Length > Filter.LengthMax)
        {
            return true;
        }

        // Every operation of the plain form stands in parentheses, so it may be nested deeper than what was written.
        if (!Filter.TryParse(plain, schema, out Filter? again, out error))
        {
            DisagreementException.Unless(error.Message.StartsWith("nested deeper", StringComparison.Ordinal), $"{plain} compiles again: {error}");
            return true;
        }

        DisagreementException.UnlessEqual(plain, again.ToString(), "the plain form");
        if (schema == FilterSchema.Flows)
        {
            foreach (FlowRecord record in s_records)
            {
                DisagreementException.UnlessEqual(filter.Matches(record), again.Matches(record), plain);
            }
        }

        return true;
    }
}
