using Weft.Bench.Contenders;
using Weft.Bench.Drawing;
using Weft.Bench.Measuring;

namespace Weft.Bench.Reporting;

/// <summary>A chart for each row of a report.</summary>
internal static class Plots
{
    public static async Task WriteAsync(Report report, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (ScenarioResult scenario in report.Scenarios)
        {
            Bar[] bars = [.. scenario.Rows.Where(row => row.CpuUs > 0).Select(row => new Bar(row.Contender, row.CpuUs, Words.Of(scenario, row), IsOurs(row.Role)))];
            await WriteAsync(Path.Combine(folder, FileName(scenario)), scenario.Title, Words.Heading(scenario.Measure) + ", less is better", bars);
        }

        foreach (IGrouping<MemoryKind, MemoryRow> kind in report.Memory.GroupBy(row => row.Kind))
        {
            Bar[] bars = [.. kind.Where(row => row.PerConnectionKiB is not null)
                .Select(row => new Bar(row.Contender, row.PerConnectionKiB!.Value, Words.Text($"{row.PerConnectionKiB:0.0} KB"), IsOurs(row.Role)))];
            int connections = kind.SelectMany(row => row.Steps).Select(step => step.Connections).DefaultIfEmpty().Max();
            await WriteAsync(
                Path.Combine(folder, FileName(kind.Key)), "Memory, " + Words.Of(kind.Key), Words.Text($"KB per connection at {connections:#,0} idle connections, less is better"), bars);
        }
    }

    public static string FileName(ScenarioResult scenario) => $"bench-{scenario.Name}.svg";

    public static string FileName(MemoryKind kind) => kind switch
    {
        MemoryKind.Plain => "bench-memory-plain.svg",
        MemoryKind.MutualTls => "bench-memory-mtls.svg",
        _ => "bench-memory-http2.svg",
    };

    private static async Task WriteAsync(string file, string title, string note, Bar[] bars)
    {
        if (bars.Length > 0)
        {
            await File.WriteAllTextAsync(file, BarChart.Draw(title, note, bars));
        }
    }

    private static bool IsOurs(Role role) => role is Role.Weft or Role.Base;
}
