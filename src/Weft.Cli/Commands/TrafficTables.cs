using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Rows of figures as <c>stat</c> and <c>edges</c> show them.</summary>
internal static class TrafficTables
{
    /// <summary>Edges: plain ones first, then by source and destination.</summary>
    public static (TextTable Table, IReadOnlyList<TrafficRow> Rows) Edges(IReadOnlyList<TrafficRow> rows)
    {
        var sorted = rows.OrderBy(r => r.MutualTls >= 1).ThenBy(r => r.Source, StringComparer.Ordinal).ThenBy(r => r.Destination, StringComparer.Ordinal)
            .ThenBy(r => r.Backend, StringComparer.Ordinal).ToList();
        var table = new TextTable(
            new Column("SRC"),
            new Column("DST"),
            new Column("RPS", Right: true),
            new Column("SUCCESS", Right: true),
            new Column("P50", Right: true),
            new Column("P95", Right: true),
            new Column("P99", Right: true),
            new Column("SECURED"),
            new Column("IDENTITY"),
            new Column("PROTOCOL", Wide: true),
            new Column("BACKEND", Wide: true),
            new Column("BYTES", Right: true, Wide: true),
            new Column("OPEN", Right: true, Wide: true),
            new Column("BYPASSED", Right: true, Wide: true),
            new Column("REASONS", Wide: true));
        foreach (var row in sorted)
        {
            table.Add(
                row.Source.Length == 0 ? new Cell("(outside)", Tone.Dim) : row.Source,
                row.Destination,
                row.Requests > 0 ? Units.Rate(row.RequestsPerSecond) : Cell.None,
                Units.Success(row.Success),
                Units.Milliseconds(row.P50Ms),
                Units.Milliseconds(row.P95Ms),
                Units.Milliseconds(row.P99Ms),
                Secured(row),
                row.SourceIdentity,
                row.Protocol,
                row.Backend,
                $"{Units.Bytes(row.BytesPerSecond)}/s",
                Units.Count(row.ActiveConnections),
                row.Bypassed > 0 ? new Cell(Units.Count(row.Bypassed), Tone.Warning) : Cell.None,
                Reasons(row));
        }

        return (table, sorted);
    }

    /// <summary>Services, or what they consist of, in order of name.</summary>
    /// <param name="rows">What the control plane answered.</param>
    /// <param name="by">What there is a row for; a column of its own names it.</param>
    /// <param name="meshed">Per service "with proxy/all" endpoints.</param>
    public static (TextTable Table, IReadOnlyList<TrafficRow> Rows) Stat(IReadOnlyList<TrafficRow> rows, string by, Func<string, string?> meshed)
    {
        var sorted = rows.OrderBy(r => r.Destination, StringComparer.Ordinal).ThenBy(r => GroupOf(r, by), StringComparer.Ordinal).ToList();
        var table = new TextTable(
            new Column("NAME"),
            new Column(by is "service" or "namespace" ? "ROUTE" : by.ToUpperInvariant(), Wide: by is "service" or "namespace"),
            new Column("MESHED", Right: true),
            new Column("SUCCESS", Right: true),
            new Column("RPS", Right: true),
            new Column("P50", Right: true),
            new Column("P95", Right: true),
            new Column("P99", Right: true),
            new Column("TCP", Right: true),
            new Column("mTLS", Right: true),
            new Column("BYTES", Right: true, Wide: true),
            new Column("REASONS", Wide: true));
        foreach (var row in sorted)
        {
            table.Add(
                row.Destination,
                GroupOf(row, by),
                meshed(row.Destination),
                Units.Success(row.Success),
                row.Requests > 0 ? Units.Rate(row.RequestsPerSecond) : Cell.None,
                Units.Milliseconds(row.P50Ms),
                Units.Milliseconds(row.P95Ms),
                Units.Milliseconds(row.P99Ms),
                Units.Count(row.ActiveConnections),
                HasTraffic(row) ? new Cell(Units.Percent(row.MutualTls), row.MutualTls >= 1 ? Tone.Good : Tone.Warning) : Cell.None,
                $"{Units.Bytes(row.BytesPerSecond)}/s",
                Reasons(row));
        }

        return (table, sorted);
    }

    /// <summary>Routes of services, in the order given.</summary>
    public static TextTable Routes(IReadOnlyList<TrafficRow> rows) => Top(rows, "route", "", "");

    /// <summary>Whatever there is a row for, in the order given.</summary>
    /// <param name="rows">What the control plane answered.</param>
    /// <param name="by">What there is a row for, or "edge".</param>
    /// <param name="marked">The heading that gets a mark.</param>
    /// <param name="mark">It.</param>
    public static TextTable Top(IReadOnlyList<TrafficRow> rows, string by, string marked, string mark)
    {
        Column Figure(string name, bool wide = false) => new(name == marked ? name + mark : name, Right: true, Wide: wide);
        string Heading(string name) => name == marked ? name + mark : name;
        IReadOnlyList<Column> names = by switch
        {
            "edge" => [new Column(Heading("SRC")), new Column("DST")],
            "service" or "namespace" => [new Column(Heading(FirstHeading(by)))],
            _ => [new Column(Heading(FirstHeading(by))), new Column(by.ToUpperInvariant())],
        };
        var table = new TextTable(
        [
            .. names,
            Figure("RPS"),
            Figure("TRIES"),
            Figure("SUCCESS"),
            Figure("P50"),
            Figure("P95"),
            Figure("P99"),
            Figure("APP", wide: true),
            Figure("CLIENT-NET", wide: true),
            Figure("SERVER-NET", wide: true),
            Figure("BYTES", wide: marked != "BYTES"),
            new Column("REASONS", Wide: true),
        ]);
        foreach (var row in rows)
        {
            IReadOnlyList<Cell> named = by switch
            {
                "edge" => [row.Source.Length == 0 ? new Cell("(outside)", Tone.Dim) : row.Source, row.Destination],
                "service" or "namespace" => [row.Destination],
                _ => [row.Destination, GroupOf(row, by)],
            };
            table.Add(
            [
                .. named,
                Units.Rate(row.RequestsPerSecond),
                row.RetriesPerSecond > 0 ? new Cell(Units.Rate(row.RequestsPerSecond + row.RetriesPerSecond).Text, Tone.Warning) : Units.Rate(row.RequestsPerSecond),
                Units.Success(row.Success),
                Units.Milliseconds(row.P50Ms),
                Units.Milliseconds(row.P95Ms),
                Units.Milliseconds(row.P99Ms),
                Units.Milliseconds(row.Parts?.ApplicationMs),
                Units.Milliseconds(row.Parts?.ClientRttMs),
                Units.Milliseconds(row.Parts?.ServerRttMs),
                $"{Units.Bytes(row.BytesPerSecond)}/s",
                Reasons(row),
            ]);
        }

        return table;
    }

    /// <summary>The first heading of <see cref="Top"/>.</summary>
    public static string FirstHeading(string by) => by switch
    {
        "edge" => "SRC",
        "namespace" => "NAMESPACE",
        _ => "SERVICE",
    };

    /// <summary>A route by its rule and the template of the path, whichever there is.</summary>
    public static string RouteOf(TrafficRow row)
        => row.Route is { Length: > 0 } route ? row.Template is { Length: > 0 } template ? $"{route} {template}" : route : row.Template ?? "";

    /// <summary>What tells the rows of one service apart.</summary>
    public static string? GroupOf(TrafficRow row, string by) => by switch
    {
        "route" => RouteOf(row),
        "workload" => row.Workload,
        "version" => row.Version,
        "zone" => row.Zone,
        "code" => row.Code,
        _ => row.Route,
    };

    private static bool HasTraffic(TrafficRow row) => row.Requests > 0 || row.ActiveConnections > 0;

    private static Cell Secured(TrafficRow row) => row.MutualTls switch
    {
        _ when !HasTraffic(row) => Cell.None,
        >= 1 => new Cell("mTLS", Tone.Good),
        <= 0 => new Cell("plain", Tone.Bad),
        var share => new Cell($"{Units.Percent(share)} mTLS", Tone.Warning),
    };

    private static string Reasons(TrafficRow row)
        => string.Join(' ', row.Reasons.Where(r => r.Key != "OK").OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key}={r.Value}"));
}
