using System.Text;
using Weft.Bench.Contenders;
using Weft.Bench.Measuring;

namespace Weft.Bench.Reporting;

/// <summary>The report as tables, each with the goals of its row and what was reached of them.</summary>
internal static class Markdown
{
    // What weft-proxy allows itself: 12 MB when idle, and per idle connection so many KiB.
    private const double IdleMostMiB = 12;
    private const double PlainMostKiB = 0.6;
    private const double TlsMostKiB = 18;

    /// <param name="pictures">Where the charts of <see cref="Plots"/> are, as the reader of the tables sees it; null leaves them away.</param>
    public static string Write(Report report, string? pictures = null)
    {
        StringBuilder text = new();
        string pinned = report.IsPinned ? "proxies on processor 0, load and origin on processor 1" : "not pinned";
        Line(text, $"{report.Machine}; {string.Join(", ", report.Versions)}.");
        Line(text, $"Medians of {report.Rounds} interleaved rounds of {report.Seconds} s, one worker each, {pinned}.");
        foreach (ScenarioResult scenario in report.Scenarios)
        {
            AddTitle(text, scenario.Title, Plots.FileName(scenario), pictures);
            AddScenario(text, scenario);
        }

        foreach (IGrouping<MemoryKind, MemoryRow> kind in report.Memory.GroupBy(row => row.Kind))
        {
            AddTitle(text, "Memory, " + Words.Of(kind.Key), Plots.FileName(kind.Key), pictures);
            AddMemory(text, kind.Key, [.. kind]);
        }

        return text.ToString();
    }

    private static void AddTitle(StringBuilder text, string title, string picture, string? pictures)
    {
        Line(text, $"\n### {title}\n");
        if (pictures is not null)
        {
            Line(text, $"![{title}]({pictures}/{picture})\n");
        }
    }

    private static void AddScenario(StringBuilder text, ScenarioResult scenario)
    {
        Comparison comparison = new(scenario);
        bool hasP999 = scenario.Rows.Any(row => row.P999Us is not null);
        Line(text, $"| Proxy | {Words.Heading(scenario.Measure)} | in the kernel | to nginx | to the best peer | requests/s | p50 | p99 |{(hasP999 ? " p99.9 |" : "")} memory |");
        Line(text, $"|---|---|---|---|---|---|---|---|{(hasP999 ? "---|" : "")}---|");
        foreach (Row row in scenario.Rows)
        {
            AddRow(text, scenario, comparison, row, hasP999);
        }

        if (scenario.Goals.Count > 0)
        {
            Line(text, $"\nTo reach: {string.Join("; ", scenario.Goals.Select(goal => Told(goal, comparison.Reached(goal))))}.");
        }
    }

    private static void AddRow(StringBuilder text, ScenarioResult scenario, Comparison comparison, Row row, bool hasP999)
    {
        if (row.Failure is not null)
        {
            Line(text, $"| {row.Contender} | - | - | - | - | - | - | - |{(hasP999 ? " - |" : "")} {Cell(row.Failure)} |");
            return;
        }

        string p999 = hasP999 ? Words.Text($" {row.P999Us:0} µs |") : "";
        string memory = row.ResidentKiB == 0 ? "-" : Words.Text($"{row.ResidentKiB / 1024.0:0.0} MB");
        string kernel = row.KernelShare is null || row.CpuUs == 0 ? "-" : Words.Text($"{row.KernelShare * 100:0} %");
        string ratios = $"{Words.Of(Comparison.Ratio(row, comparison.Nginx))} | {Words.Of(Comparison.Ratio(row, comparison.BestPeer))}";
        Line(text, $"| {row.Contender} | {Words.Of(scenario, row)} | {kernel} | {ratios} | {row.RequestsPerS:0} | {row.P50Us:0} µs | {row.P99Us:0} µs |{p999} {memory} |");
    }

    private static string Told(Goal goal, double? reached)
        => Words.Text($"{Words.Of(goal.Figure)} at most {goal.MostRatio:0.00}× of {Words.Of(goal.Against)}: {(reached is null ? "not measured" : $"{Words.Of(reached)}, {Verdict(reached <= goal.MostRatio)}")}");

    private static void AddMemory(StringBuilder text, MemoryKind kind, IReadOnlyList<MemoryRow> rows)
    {
        int[] counts = [.. rows.SelectMany(row => row.Steps).Select(step => step.Connections).Distinct().Order()];
        Line(text, $"| Proxy | idle |{string.Concat(counts.Select(count => Words.Text($" {count:#,0} connections |")))} per connection |");
        Line(text, $"|---|---|{string.Concat(counts.Select(_ => "---|"))}---|");
        foreach (MemoryRow row in rows)
        {
            string steps = string.Concat(counts.Select(count => row.Steps.FirstOrDefault(step => step.Connections == count) is { } step
                ? Words.Text($" {step.ResidentKiB / 1024.0:0.0} MB |")
                : " - |"));
            string idle = row.Failure is null ? Words.Text($"{row.IdleKiB / 1024.0:0.0} MB") : "-";
            string each = row.Failure is null ? Words.Text($"{row.PerConnectionKiB:0.00} KB") : Cell(row.Failure);
            Line(text, $"| {row.Contender} | {idle} |{steps} {each} |");
        }

        if (rows.FirstOrDefault(row => row.Role == Role.Weft && row.Failure is null) is not { } weft)
        {
            return;
        }

        double? most = kind switch { MemoryKind.Plain => PlainMostKiB, MemoryKind.MutualTls => TlsMostKiB, _ => null };
        double idleMiB = weft.IdleKiB / 1024.0;
        string connection = most is null ? "" : Words.Text($"; per connection at most {most:0.0} KB: {weft.PerConnectionKiB:0.00} KB, {Verdict(weft.PerConnectionKiB <= most)}");
        Line(text, $"\nTo reach: idle at most {IdleMostMiB:0} MB: {idleMiB:0.0} MB, {Verdict(idleMiB <= IdleMostMiB)}{connection}.");
    }

    private static string Verdict(bool isReached) => isReached ? "reached" : "**missed**";

    private static string Cell(string text) => text.Replace('|', '/');

    private static void Line(StringBuilder text, FormattableString line) => text.Append(Words.Text(line)).Append('\n');
}
