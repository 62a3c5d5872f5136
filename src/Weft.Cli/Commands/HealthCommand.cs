using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft health</c>: a score for every service or edge, and what took points off it.</summary>
internal static class HealthCommand
{
    /// <summary>Below this a score is shown as a warning, below the second as bad.</summary>
    private const int GoodScore = 90;
    private const int BadScore = 60;

    private static readonly Option<string> By = new("--by") { Description = "Rows per service or per edge (default service)", HelpName = "WHAT", DefaultValueFactory = _ => "service" };

    public static Verb Create()
    {
        return new Verb("health", "Show how well services are, 0 to 100, and what took points off", VerbGroup.Observe, "weft health", "weft health --by edge -n shop -o wide", "weft health -w")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Name, OutputFormat.Csv],
            Details = "Points go off for errors, for latency against the service's own past, for saturation and for traffic without mutual TLS; CAUSE names the part of the exchange that grew. "
                + "The table shows the largest penalty, -o wide all of them. A dash means no traffic, never 0. The worst come first.",
        }.With(By, CommonOptions.Namespace, CommonOptions.AllNamespaces, CommonOptions.Watch, WatchLoop.Interval).Does(RunAsync).ShownAt(static _ => "/");
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var by = run.Get(By)!;
        if (by is not ("service" or "edge"))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--by takes service or edge, not \"{by}\"");
        }

        using var api = run.OpenApi();
        return await WatchLoop.RunAsync(run, async inner => await ReadAsync(run, api, by, inner), cancel);
    }

    private static async Task<WatchFrame> ReadAsync(CommandRun run, ApiClient api, string by, CancellationToken cancel)
    {
        var answer = await api.ScoresAsync(by, cancel);
        var ns = run.AllNamespaces ? null : run.GivenNamespace;
        List<ScoreItem> items = [.. answer.Items.Where(i => IsIn(i.Id, ns)).OrderBy(i => i.Score ?? int.MaxValue).ThenBy(i => i.Id, StringComparer.Ordinal)];
        var worst = items.FirstOrDefault(i => i.Score < GoodScore);
        return WatchFrame.Of(answer with { Items = items }, ApiJson.Default.ScoreList, Table(items, run.Format == OutputFormat.Wide), items.Select(i => i.Id)) with
        {
            Hint = items.Count == 0 ? "nothing has been seen yet" : worst is null ? null : worst.Penalties is [var first, ..] ? $"hint: {worst.Id}: {first.Title}" : null,
        };
    }

    private static TextTable Table(List<ScoreItem> items, bool wide)
    {
        var table = new TextTable(new Column("NAME"), new Column("SCORE", Right: true), new Column("OFF", Right: true), new Column("CAUSE"), new Column("WHY"));
        foreach (var item in items)
        {
            var shown = item.Penalties.Take(wide ? item.Penalties.Count : 1).DefaultIfEmpty();
            var isFirst = true;
            foreach (var penalty in shown)
            {
                table.Add(
                    isFirst ? item.Id : "",
                    isFirst ? Score(item.Score) : Cell.None,
                    penalty is null ? Cell.None : new Cell($"-{penalty.Points}"),
                    penalty?.Cause,
                    penalty?.Title);
                isFirst = false;
            }
        }

        return table;
    }

    private static Cell Score(int? score) => score switch
    {
        null => Cell.None,
        >= GoodScore => new Cell($"{score}", Tone.Good),
        >= BadScore => new Cell($"{score}", Tone.Warning),
        _ => new Cell($"{score}", Tone.Bad),
    };

    /// <summary>A service of the namespace, or an edge that begins or ends there.</summary>
    private static bool IsIn(string id, string? ns)
        => ns is null || id.Split('>').Any(side => side.StartsWith(ns + "/", StringComparison.Ordinal));
}
