using System.Globalization;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;

namespace Weft.ControlPlane.Insight;

/// <summary>Says in one sentence how the mesh is, with the figures and problems behind it.</summary>
internal static class HomeReader
{
    private const int ProblemsMax = 5;
    private const int ChangesMax = 10;

    /// <summary>A score below this is a problem.</summary>
    private const int ScoreOfProblem = 90;

    /// <summary>A score below this is bad.</summary>
    private const int ScoreOfBad = 50;

    /// <summary>From traffic and a status that were just read, and what else there is now.</summary>
    internal static HomeAnswer Make(ApiParts parts, TrafficSummary traffic, MeshStatus status, double? p99Ms) => Make(
        traffic,
        status,
        parts.Ports.Mesh.GetServices(),
        parts.Ports.Traffic.GetScores("service"),
        [.. parts.Store.ListCommits(long.MaxValue, ChangesMax).Select(ApiShapes.CommitOf)],
        p99Ms);

    /// <summary>Pure.</summary>
    internal static HomeAnswer Make(
        TrafficSummary traffic, MeshStatus status, IReadOnlyList<ServiceItem> services, ScoreList scores, IReadOnlyList<CommitResult> commits, double? p99Ms)
    {
        List<HomeItem> problems = [.. Refused(status), .. Unhealthy(scores), .. Bypassing(traffic), .. Expiring(status)];
        List<HomeItem> worst = [.. problems.OrderBy(static problem => problem.Score ?? 100).Take(ProblemsMax)];
        int current = status.Proxies.Count(static proxy => proxy.State == "current");
        int lagging = status.Proxies.Count(static proxy => proxy.State is "lagging" or "refused");
        TopologyTotals totals = traffic.Totals;
        bool hasTraffic = totals.Success is not null;
        string verdict = problems.Exists(static problem => problem.Score < ScoreOfBad) || totals.Success < 0.95 ? "bad" : problems.Count > 0 || lagging > 0 ? "degraded" : "good";
        return new HomeAnswer
        {
            Verdict = verdict,
            Sentence = SentenceOf(verdict, totals, services.Count, worst),
            Golden = new GoldenSignals(totals.Rps, totals.Success, p99Ms),
            Encrypted = hasTraffic ? totals.MutualTls : null,
            SoonestExpiry = status.Proxies.Min(static proxy => proxy.CertificateNotAfter),
            ProxiesCurrent = current,
            ProxiesLagging = lagging,
            Services = services.Count,
            Workloads = status.Proxies.Count,
            Problems = worst,
            Changes = [.. commits.Take(ChangesMax).Select(static commit => new HomeItem(
                commit.Message is { Length: > 0 } message ? $"commit {commit.Commit}: {message}" : $"commit {commit.Commit} by {commit.Author}",
                $"/config/commits/{commit.Commit.ToString(CultureInfo.InvariantCulture)}",
                At: commit.At))],
        };
    }

    private static string SentenceOf(string verdict, TopologyTotals totals, int services, List<HomeItem> worst)
    {
        if (worst.Count > 0)
        {
            return (verdict == "bad" ? "Something is wrong: " : "Something needs a look: ") + worst[0].Title + ".";
        }

        if (totals.Success is not { } success)
        {
            return services == 0 ? "Nothing has joined the mesh yet." : "Everything is in order; nothing is being called.";
        }

        string encrypted = totals.PlainEdges == 0 ? "everything is encrypted" : $"{totals.PlainEdges} of {totals.Edges} edges are not wholly encrypted";
        return string.Create(CultureInfo.InvariantCulture, $"All is well: {totals.Rps:0.#} requests/s, {success * 100:0.##} % succeed, {encrypted}.");
    }

    private static IEnumerable<HomeItem> Unhealthy(ScoreList scores) => scores.Items
        .Where(static item => item.Score < ScoreOfProblem && item.Penalties.Count > 0)
        .Select(static item => new HomeItem($"{item.Id}: {item.Penalties[0].Title}", $"/services/{item.Id}", item.Score, item.Penalties[0].Since));

    private static IEnumerable<HomeItem> Refused(MeshStatus status) => status.Proxies
        .Where(static proxy => proxy.State == "refused")
        .Select(static proxy => new HomeItem($"the proxy of {proxy.Workload} refused its configuration: {proxy.LastRefusal}", "/proxies", 60));

    private static IEnumerable<HomeItem> Bypassing(TrafficSummary traffic) => traffic.Bypassing
        .Select(static edge => new HomeItem($"{edge.Source} has connections to {edge.Destination} that are older than the mesh and pass it by", "/map", 85));

    /// <summary>A certificate that has run out means that renewing has failed for half of its life.</summary>
    private static IEnumerable<HomeItem> Expiring(MeshStatus status) => status.Proxies
        .Where(proxy => proxy.State != "disconnected" && proxy.CertificateNotAfter <= status.Now)
        .Select(static proxy => new HomeItem($"the certificate of {proxy.Workload} has expired", "/identity", 20, proxy.CertificateNotAfter));
}
