using Weft.Cli.Commands;
using Weft.Contracts.Api;

namespace Weft.Cli.Top;

/// <summary>What <c>weft top</c> has rows for, and in which order they may stand.</summary>
internal static class TopRows
{
    private const string Name = "name";

    private static readonly IReadOnlyDictionary<string, Func<TrafficRow, double>> s_figures = new Dictionary<string, Func<TrafficRow, double>>(StringComparer.Ordinal)
    {
        ["rps"] = row => row.RequestsPerSecond,
        ["errors"] = row => row.Requests == 0 ? 0 : (double)row.Failures / row.Requests,
        ["p50"] = row => row.P50Ms ?? 0,
        ["p95"] = row => row.P95Ms ?? 0,
        ["p99"] = row => row.P99Ms ?? 0,
        ["retries"] = row => row.RetriesPerSecond,
        ["bytes"] = row => row.BytesPerSecond,
    };

    /// <summary>What <c>--by</c> may be.</summary>
    public static IReadOnlyList<string> Groupings { get; } = ["route", "service", "workload", "version", "zone", "namespace", "code", "edge"];

    /// <summary>What <c>--sort</c> may be. Of figures the greatest come first, names are in order.</summary>
    public static IReadOnlyList<string> Columns { get; } = [.. s_figures.Keys, Name];

    public static IReadOnlyList<TrafficRow> Sort(IEnumerable<TrafficRow> rows, string by, string column, bool isReversed)
    {
        // Names are the second order, so that rows without traffic do not change places at each picture.
        var named = rows.OrderBy(row => $"{row.Source} {row.Destination} {TrafficTables.GroupOf(row, by)} {row.Backend}", StringComparer.Ordinal);
        if (column == Name)
        {
            return isReversed ? [.. named.Reverse()] : [.. named];
        }

        var figure = s_figures[column];
        return isReversed ? [.. named.OrderBy(figure)] : [.. named.OrderByDescending(figure)];
    }

    /// <summary>The column of the table by which rows stand.</summary>
    public static string HeadingOf(string column, string by) => column switch
    {
        "errors" => "SUCCESS",
        "retries" => "TRIES",
        Name => TrafficTables.FirstHeading(by),
        _ => column.ToUpperInvariant(),
    };
}
