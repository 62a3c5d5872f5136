using System.Globalization;
using System.Text;
using Weft.Contracts.Session;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Prometheus;

/// <summary>The texts of all questions. Pure.</summary>
/// <remarks>
/// How much a counter grew is not asked with <c>increase</c> alone: it guesses what lies between the samples and the ends of the window, and misses what a
/// series began with. What is asked is the last value less the one at the start of the window; a series that was not there at the start counts whole when its
/// proxy was scraped then already or has started since, and from its first sample when only the scraping began later. <c>increase</c> is left for counters
/// that began anew in the window.
/// </remarks>
internal static class PromQl
{
    /// <summary>A proxy that started so long before a window was first scraped in it, in seconds: the longest ordinary interval.</summary>
    private const int ScrapeSecondsMax = 60;

    /// <summary>Sums of how much a counter grew in the window that ends at the time of the question.</summary>
    /// <param name="metric">Name of the counter.</param>
    /// <param name="traffic">Whose.</param>
    /// <param name="seconds">Length of the window.</param>
    /// <param name="labels">By what to sum.</param>
    internal static string Growth(string metric, in PromTraffic traffic, long seconds, IReadOnlyList<string> labels)
    {
        List<string> selectors = Selectors(traffic, metric == MetricNames.Requests);
        string grown = string.Join(" or ", selectors.Select(selector => GrowthOf(metric + selector, seconds)));
        if (traffic.ByWorkload)
        {
            string window = Window(seconds);
            string matcher = traffic.Choice.Subject is { } workload ? "{" + Equal(MetricLabels.Workload, workload) + "}" : "";
            const string Target = "job, instance";
            const string Told = $"{MetricLabels.Workload}, {MetricLabels.Version}, {MetricLabels.Zone}";

            // A workload that came back with another version within the window has two: one is taken, since each figure can have but one.
            grown = $"({grown}) * on ({Target}) group_left ({Told}) topk by ({Target}) (1, max by ({Target}, {Told}) (last_over_time({MetricNames.Workload}{matcher}{window})))";
        }

        return labels.Count == 0 ? $"sum({grown})" : $"sum by ({string.Join(", ", labels)}) ({grown})";
    }

    /// <summary>Whether any proxy was scraped in the window, or in the last minutes before its end: their number.</summary>
    internal static string Proxies(long seconds) => $"count(last_over_time({MetricNames.Build}{Window(Math.Max(seconds, 300))}))";

    /// <summary>The most samples that a proxy has in five minutes: it tells how often they are scraped.</summary>
    internal static string SamplesInFiveMinutes { get; } = $"max(count_over_time({MetricNames.Build}[300s]))";

    /// <summary>A matcher <c>label="value"</c>.</summary>
    internal static string Equal(string label, string value) => $"{label}=\"{Escape(value)}\"";

    /// <summary>What stands between the quotation marks of a PromQL string.</summary>
    internal static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => escaped.Append("\\\\"),
                '"' => escaped.Append("\\\""),
                _ when char.IsControl(c) => escaped.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>A regular expression (RE2) that matches the text and nothing else.</summary>
    internal static string EscapeRegex(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char c in text)
        {
            if ("\\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>The callee's view counts for the caller's where there is no caller's view, as in the server's own store.</summary>
    private static List<string> Selectors(in PromTraffic traffic, bool knowsMutualTls)
    {
        string chosen = Chosen(traffic);
        string inbound = Equal(MetricLabels.Direction, MetricLabels.Inbound);
        if (traffic.Side == Side.Server)
        {
            return [$"{{{inbound}{chosen}}}"];
        }

        List<string> selectors = [$"{{{Equal(MetricLabels.Direction, MetricLabels.Outbound)}{chosen}}}"];
        if (traffic.Choice.Source is null or SeriesKey.Unmeshed)
        {
            string from = traffic.Choice.Source is null ? $",{Equal(MetricLabels.Source, "")}" : "";
            string plain = knowsMutualTls ? $",{Equal(MetricLabels.MutualTls, MetricLabels.False)}" : "";
            selectors.Add($"{{{inbound}{from}{plain}{chosen}}}");
        }

        return selectors;
    }

    /// <summary>Matchers for what was chosen, each with a comma before it.</summary>
    private static string Chosen(in PromTraffic traffic)
    {
        StringBuilder matchers = new();
        SeriesChoice choice = traffic.Choice;
        if (choice.Subject is { } subject && !traffic.ByWorkload)
        {
            matchers.Append(',').Append(Equal(MetricLabels.Destination, subject));
        }

        if (choice.Namespace is { } ns)
        {
            matchers.Append(CultureInfo.InvariantCulture, $",{MetricLabels.Destination}=~\"{Escape(EscapeRegex(ns))}/.+\"");
        }

        if (choice.Source is { } source)
        {
            matchers.Append(',').Append(Equal(MetricLabels.Source, source == SeriesKey.Unmeshed ? "" : source));
        }

        if (choice.Detail is { } detail)
        {
            matchers.Append(',').Append(Equal(traffic.Family == SeriesFamily.Route ? MetricLabels.Route : MetricLabels.Protocol, detail));
        }

        return matchers.ToString();
    }

    /// <summary>The branches in the order in which they are right: the first that has a series gives its value.</summary>
    private static string GrowthOf(string counter, long seconds)
    {
        string window = Window(seconds);
        string offset = string.Create(CultureInfo.InvariantCulture, $"offset {seconds}s");
        string last = $"last_over_time({counter}{window})";
        string since = string.Create(CultureInfo.InvariantCulture, $"time() - {seconds + ScrapeSecondsMax}");
        string known = $"({MetricNames.Build} {offset} or last_over_time({MetricNames.Started}{window}) >= {since})";
        return $"(increase({counter}{window}) and resets({counter}{window}) > 0)"
            + $" or ({last} - ({counter} {offset}) >= 0)"
            + $" or ({last} and on (job, instance) {known})"
            + $" or ({last} - min_over_time({counter}{window}))";
    }

    private static string Window(long seconds) => string.Create(CultureInfo.InvariantCulture, $"[{Math.Max(1, seconds)}s]");
}
