using System.Globalization;
using System.Text.Json;
using Weft.Contracts.Api;
using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Insight;

/// <summary>
/// Says how well an edge or service is, 0 to 100, and what takes points off. Pure: figures and baseline in, penalties out. What each penalty costs is
/// written in docs/reference/health-score.md.
/// </summary>
internal static class Judge
{
    /// <summary>Fewer exchanges say nothing about latency.</summary>
    private const ulong ExchangesMin = 5;

    /// <summary>Growth that nobody minds, in ms.</summary>
    private const double GrowthMsMin = 5;

    /// <summary>Growth that nobody minds, as a share of what is ordinary.</summary>
    private const double GrowthShareMin = 0.5;

    /// <summary>A part is the cause when it grew by this share of all growth.</summary>
    private const double CauseShareMin = 0.4;

    private static readonly string[] s_causes = ["client link", "server link", "application", "transfer", "queue", "connect"];

    /// <summary>Penalties of a window, the largest first. <see cref="Penalty.Since"/> is not set.</summary>
    internal static List<Penalty> Of(Figures figures, Baseline baseline, bool mayBeEncrypted, Func<int, string> nameOfReason)
    {
        List<Penalty> penalties = [];
        if (figures.Count > 0)
        {
            Add(penalties, Errors(figures, nameOfReason));
            Add(penalties, Latency(figures, baseline));
            Add(penalties, Saturation(figures, baseline, nameOfReason));
            Add(penalties, mayBeEncrypted ? Security(figures) : null);
        }

        penalties.Sort(static (a, b) => b.Points.CompareTo(a.Points));
        return penalties;
    }

    internal static int ScoreOf(IEnumerable<Penalty> penalties) => Math.Max(0, 100 - penalties.Sum(static penalty => penalty.Points));

    /// <summary>1 in 1,000 is free, each factor of ten costs 20 points, and what fails more often than not nearly everything.</summary>
    private static Penalty? Errors(Figures figures, Func<int, string> nameOfReason)
    {
        double share = FigureShapes.Share(figures.Failures, figures.Count);
        int points = share <= 0.001 ? 0 : (int)Math.Round((20 * Math.Log10(share * 1_000)) + (share > 0.5 ? 70 * (share - 0.5) : 0));
        if (points <= 0)
        {
            return null;
        }

        (int reason, ulong count) = (figures.Reasons ?? []).OrderByDescending(static item => item.Count).FirstOrDefault();
        string? most = count > 0 ? nameOfReason(reason) : null;
        return new Penalty
        {
            Kind = "errors",
            Points = Math.Min(points, 95),
            Title = most is null
                ? $"{Percent(share)} of exchanges fail"
                : $"{Percent(share)} of exchanges fail, most with {most}",
            Evidence = Evidence(("share", share), ("failures", figures.Failures), ("requests", figures.Count), ("reason", most), ("reasonCount", count)),
        };
    }

    private static Penalty? Latency(Figures figures, Baseline baseline)
    {
        if (!baseline.IsKnown || figures.Count < ExchangesMin || Baseline.Experienced(figures) is not { } now)
        {
            return null;
        }

        double grown = now - baseline.ExperiencedMs;
        if (grown < Math.Max(GrowthMsMin, baseline.ExperiencedMs * GrowthShareMin))
        {
            return null;
        }

        double ratio = now / Math.Max(baseline.ExperiencedMs, GrowthMsMin);
        (TimingPart part, double partNow, double partBefore)? cause = CauseOf(figures, baseline);
        string title = $"exchanges take {Ms(now)} instead of {Ms(baseline.ExperiencedMs)}";
        return new Penalty
        {
            Kind = "latency",
            Points = (int)Math.Clamp(Math.Round(10 + (15 * Math.Log2(Math.Max(1, ratio)))), 10, 50),
            Title = cause is { } part ? $"{title}: {s_causes[(int)part.part]} grew from {Ms(part.partBefore)} to {Ms(part.partNow)}" : title,
            Cause = cause is { } known ? s_causes[(int)known.part] : null,
            Evidence = Evidence(
                ("nowMs", now),
                ("baselineMs", baseline.ExperiencedMs),
                ("p95Ms", figures.QuantileMs(0.95)),
                ("baselineP95Ms", baseline.P95Ms),
                ("partNowMs", cause?.partNow),
                ("partBaselineMs", cause?.partBefore),
                ("requests", figures.Count)),
        };
    }

    /// <summary>The part that grew most, when it explains enough of all growth.</summary>
    private static (TimingPart Part, double Now, double Before)? CauseOf(Figures figures, Baseline baseline)
    {
        double all = 0;
        double most = 0;
        (TimingPart, double, double)? found = null;
        for (int i = 0; i < Figures.PartCount; i++)
        {
            TimingPart part = (TimingPart)i;

            // A part that was never measured before, such as dialling, was not there.
            double before = baseline.PartMs(part) ?? 0;
            if (figures.MeanMs(part) is not { } mean)
            {
                continue;
            }

            // Parts that are measured now and then weigh as often as they happen.
            double weight = Math.Min(1, (double)figures.PartCounts[i] / figures.Count);
            double grown = (mean - before) * weight;
            all += Math.Max(0, grown);
            if (grown > most)
            {
                (most, found) = (grown, (part, mean, before));
            }
        }

        return most >= all * CauseShareMin && most > 1 ? found : null;
    }

    private static Penalty? Saturation(Figures figures, Baseline baseline, Func<int, string> nameOfReason)
    {
        ulong shed = (figures.Reasons ?? []).Where(item => nameOfReason(item.Reason) == "OVERLOADED").Aggregate(0UL, static (sum, item) => sum + item.Count);
        double share = FigureShapes.Share(shed, figures.Count);
        double queue = figures.MeanMs(TimingPart.Queue) ?? 0;
        double total = figures.MeanLatencyMs ?? 0;
        double before = baseline.PartMs(TimingPart.Queue) ?? 0;
        bool waits = queue >= 1 && queue >= total * 0.2 && (!baseline.IsKnown || queue > before * 1.5);
        int points = (share > 0 ? (int)Math.Round(10 + (20 * share)) : 0) + (waits ? (int)Math.Round(5 + (20 * Math.Min(1, queue / Math.Max(1, total)))) : 0);
        return points == 0 ? null : new Penalty
        {
            Kind = "saturation",
            Points = Math.Min(points, 30),
            Title = share > 0 ? $"{Percent(share)} of exchanges are refused for overload" : $"exchanges wait {Ms(queue)} for a connection",
            Cause = waits ? "queue" : null,
            Evidence = Evidence(("refusedShare", share), ("queueMs", queue), ("baselineQueueMs", before)),
        };
    }

    private static Penalty? Security(Figures figures)
    {
        double plain = 1 - FigureShapes.Share(figures.MutualTls, figures.Count);
        int points = (int)Math.Ceiling(15 * plain);
        return points == 0 ? null : new Penalty
        {
            Kind = "security",
            Points = points,
            Title = $"{Percent(plain)} of exchanges are not encrypted",
            Evidence = Evidence(("plainShare", plain), ("requests", figures.Count)),
        };
    }

    private static void Add(List<Penalty> penalties, Penalty? penalty)
    {
        if (penalty is not null)
        {
            penalties.Add(penalty);
        }
    }

    private static Dictionary<string, JsonElement> Evidence(params ReadOnlySpan<(string Name, object? Value)> items) => EvidenceText.Of(items);

    private static string Percent(double share) => (share * 100).ToString(share < 0.1 ? "0.#" : "0", CultureInfo.InvariantCulture) + " %";

    private static string Ms(double ms) => ms.ToString(ms < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + " ms";
}
