using System.Globalization;
using System.Text;

namespace Weft.Replay;

/// <summary>The table that is printed, in Markdown, so that it can go into the documents as it is.</summary>
internal static class Report
{
    internal static string Write(ReplayOptions options, MeshPlan plan, Fleet fleet, Measurement measured, double joinSeconds, long fileBytes)
    {
        StringBuilder text = new();
        List<Second> seconds = measured.Seconds;
        double[] resident = [.. seconds.Select(static second => second.ResidentMiB)];
        Line($"{options.Services} services, {plan.Edges} edges, {fleet.Proxies.Count} proxies on {(options.SharesConnections ? options.Services : fleet.Proxies.Count)} connections with {fleet.Cells} cells, {options.RequestsPerSecond} requests/s, {seconds.Count} s");
        Line($"");
        Line($"| What | Measured |");
        Line($"|---|---|");
        Line($"| everybody joined and connected | {joinSeconds:0.0} s |");
        Line($"| reports a second | {seconds.Average(static second => second.Reports):0} |");
        Line($"| cells a second | {fleet.Changed} |");
        Line($"| processor of the server, mean / 99th percentile of seconds | {100 * seconds.Average(static second => second.Cpu):0} % / {100 * At(seconds.Select(static second => second.Cpu), 0.99):0} % of one |");
        Line($"| latest report, median / worst second | {At(seconds.Select(static second => (double)second.LateMs), 0.5):0} ms / {seconds.Max(static second => second.LateMs)} ms |");
        Line($"| resident memory, first / last tenth, most | {Tenth(resident, first: true):0} / {Tenth(resident, first: false):0} MiB, {resident.Max():0} MiB |");
        Line($"| history on disk | {fileBytes / 1024.0 / 1024.0:0} MiB |");
        Line($"| requests made / counted | {fleet.Made} / {measured.Counted} (gap {fleet.Made - measured.Counted}) |");
        Line($"| slow transaction | {(measured.Culprit == measured.PlantedPath.LastOrDefault() ? "found in three questions" : "NOT found")} |");
        if (options.WithPage)
        {
            Line($"| events to one open page | {measured.PageBytes / 1024.0 / Math.Max(1, seconds.Count):0} KiB/s |");
        }

        Line($"");
        Line($"| Question | Median | Worst | Answer |");
        Line($"|---|---|---|---|");
        foreach (IGrouping<string, ApiTime> asked in measured.Times.GroupBy(static time => time.Question))
        {
            Line($"| {asked.Key} | {At(asked.Select(static time => time.Ms), 0.5):0} ms | {asked.Max(static time => time.Ms):0} ms | {asked.Max(static time => time.Bytes) / 1024.0:0} KiB |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static double At(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    private static double Tenth(double[] values, bool first)
    {
        int count = Math.Max(1, values.Length / 10);
        return (first ? values.Take(count) : values.TakeLast(count)).Average();
    }
}
