using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Proxies as rows, and the one sentence above them.</summary>
internal static class StatusTable
{
    /// <summary>The verdict: worst news first.</summary>
    public static (Tone Tone, string Text) Verdict(MeshStatus status, IReadOnlyList<ProxyItem> proxies)
    {
        if (proxies.Count == 0)
        {
            return (Tone.Warning, $"no proxies; the mesh is at commit {status.Commit}");
        }

        var count = Noun(proxies.Count);
        var refused = proxies.Count(p => p.State == "refused");
        var away = proxies.Count(p => p.State == "disconnected");
        var lagging = proxies.Count(p => p.State == "lagging");
        var ill = proxies.Count(p => p.Health == "unhealthy");
        if (refused + away + lagging + ill == 0)
        {
            return (Tone.Good, proxies.Count == 1 ? $"the one proxy runs commit {status.Commit}" : $"all {count} run commit {status.Commit}");
        }

        var news = new List<string>();
        AddNews(news, refused, $"refused commit {status.Commit}");
        AddNews(news, away, "disconnected");
        AddNews(news, lagging, $"behind commit {status.Commit}");
        AddNews(news, ill, "unhealthy");
        return (refused + away > 0 ? Tone.Bad : Tone.Warning, $"of {count}: {string.Join(", ", news)}");
    }

    public static TextTable Table(MeshStatus status, IReadOnlyList<ProxyItem> proxies)
    {
        var table = new TextTable(
            new Column("WORKLOAD"),
            new Column("SERVICE"),
            new Column("STATE"),
            new Column("COMMIT", Right: true),
            new Column("LAG", Right: true),
            new Column("HEALTH"),
            new Column("CERT", Right: true),
            new Column("LAST REFUSAL"),
            new Column("ADDRESS", Wide: true),
            new Column("CAPTURE", Wide: true),
            new Column("VERSION", Wide: true),
            new Column("RSS", Right: true, Wide: true),
            new Column("CPU", Right: true, Wide: true),
            new Column("SUBS", Right: true, Wide: true),
            new Column("CONNECTED", Right: true, Wide: true),
            new Column("IDENTITY", Wide: true));
        foreach (var proxy in proxies)
        {
            table.Add(
                proxy.Workload,
                proxy.Service,
                State(proxy.State),
                Units.Count(proxy.Commit),
                proxy.State == "disconnected" ? Cell.None : Units.Duration(TimeSpan.FromMilliseconds(proxy.LagMs)),
                Health(proxy.Health),
                Expiry(proxy.CertificateNotAfter, status.Now),
                proxy.LastRefusal is { Length: > 0 } refusal ? new Cell(refusal, Tone.Bad) : Cell.None,
                proxy.Address,
                proxy.Capture,
                proxy.Version,
                proxy.ResidentBytes > 0 ? Units.Bytes(proxy.ResidentBytes) : null,
                proxy.CpuUs > 0 ? Units.Duration(TimeSpan.FromMicroseconds(proxy.CpuUs)) : null,
                Units.Count(proxy.Subscriptions),
                Units.Duration(status.Now - proxy.ConnectedAt),
                proxy.Identity);
        }

        return table;
    }

    public static Cell State(string state) => new(
        state.Length == 0 ? "-" : state,
        state switch { "current" => Tone.Good, "lagging" => Tone.Warning, "refused" or "disconnected" => Tone.Bad, _ => Tone.Dim });

    public static Cell Health(string health) => new(
        health.Length == 0 ? "-" : health,
        health switch { "healthy" => Tone.Good, "unhealthy" => Tone.Bad, "draining" or "disputed" => Tone.Warning, _ => Tone.Dim });

    private static Cell Expiry(DateTimeOffset? notAfter, DateTimeOffset now)
    {
        if (notAfter is not { } end)
        {
            return Cell.None;
        }

        var left = end - now;
        return left <= TimeSpan.Zero ? new Cell("expired", Tone.Bad) : new Cell(Units.Duration(left));
    }

    private static void AddNews(List<string> news, int count, string what)
    {
        if (count > 0)
        {
            news.Add($"{count} {what}");
        }
    }

    public static string Noun(int count) => count == 1 ? "1 proxy" : $"{count} proxies";
}
