using System.Globalization;
using System.Text;
using Weft.Bench.Measuring;

namespace Weft.Bench.Reporting;

/// <summary>The report as tables; ratios are to the first row of each.</summary>
internal static class Markdown
{
    public static string Write(Report report)
    {
        StringBuilder text = new();
        string pinned = report.IsPinned ? "proxies on processor 0, load and origin on processor 1" : "not pinned";
        Line(text, $"{report.Machine}; {string.Join(", ", report.Versions)}.");
        Line(text, $"Medians of {report.Rounds} interleaved rounds of {report.Seconds} s, one worker each, {pinned}.");
        foreach (ScenarioResult scenario in report.Scenarios)
        {
            AddScenario(text, scenario);
        }

        if (report.Memory.Count > 0)
        {
            AddMemory(text, report.Memory);
        }

        return text.ToString();
    }

    private static void AddScenario(StringBuilder text, ScenarioResult scenario)
    {
        Line(text, $"\n### {scenario.Title}\n");
        Line(text, $"| Proxy | CPU per request | to {scenario.Rows[0].Contender.Split(',')[0]} | requests/s | p50 | p99 | memory |");
        Line(text, $"|---|---|---|---|---|---|---|");
        Row first = scenario.Rows[0];
        foreach (Row row in scenario.Rows)
        {
            if (row.Failure is not null)
            {
                Line(text, $"| {row.Contender} | - | - | - | - | - | {row.Failure.Replace("|", "/", StringComparison.Ordinal)} |");
                continue;
            }

            string ratio = first.CpuUs > 0 ? string.Create(CultureInfo.InvariantCulture, $"{row.CpuUs / first.CpuUs:0.00}×") : "-";
            Line(text, $"| {row.Contender} | {row.CpuUs:0.0} µs | {ratio} | {row.RequestsPerS:0} | {row.P50Us:0} µs | {row.P99Us:0} µs | {row.ResidentKiB / 1024.0:0.0} MB |");
        }
    }

    private static void AddMemory(StringBuilder text, IReadOnlyList<MemoryRow> rows)
    {
        Line(text, $"\n### Memory\n");
        Line(text, $"| Proxy | idle | with {rows.Max(row => row.Connections)} idle connections | per connection |");
        Line(text, $"|---|---|---|---|");
        foreach (MemoryRow row in rows)
        {
            Line(text, row.Failure is null
                ? (FormattableString)$"| {row.Contender} | {row.IdleKiB / 1024.0:0.0} MB | {row.WithConnectionsKiB / 1024.0:0.0} MB | {row.PerConnectionKiB:0.0} KB |"
                : $"| {row.Contender} | - | - | {row.Failure} |");
        }
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
