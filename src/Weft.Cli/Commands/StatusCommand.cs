using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft status</c>: which commit each proxy runs, how late it was, who lags or refused and why.</summary>
internal static class StatusCommand
{
    public static Verb Create()
    {
        return new Verb("status", "Show what every proxy runs, and who lags or refused", VerbGroup.Observe, "weft status", "weft status -n shop -w", "weft status -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Name, OutputFormat.Csv],
            Details = "LAG is the time from the commit to the proxy's acknowledgement. CERT is the time until the workload's certificate ends; it is renewed at half of its life.",
        }.With(CommonOptions.Namespace, CommonOptions.AllNamespaces, CommonOptions.Selector, CommonOptions.Watch, WatchLoop.Interval).Does(RunAsync).ShownAt(static _ => "/proxies");
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var labels = LabelSelector.Parse(run.Get(CommonOptions.Selector));
        using var api = run.OpenApi();
        return await WatchLoop.RunAsync(run, async inner => await ReadAsync(run, api, labels, inner), cancel);
    }

    private static async Task<WatchFrame> ReadAsync(CommandRun run, ApiClient api, LabelSelector labels, CancellationToken cancel)
    {
        var status = await api.StatusAsync(cancel);
        var proxies = status.Proxies
            .Where(p => run.GivenNamespace is not { } ns || run.AllNamespaces || WorkloadList.Split(p.Workload).Namespace == ns)
            .Where(p => labels.Matches(p.Labels))
            .OrderBy(p => p.Workload, StringComparer.Ordinal)
            .ToList();
        var (tone, text) = StatusTable.Verdict(status, proxies);
        var mark = tone switch { Tone.Good => run.OutStyle.Good, Tone.Warning => run.OutStyle.Warning, _ => run.OutStyle.Bad };
        return WatchFrame.Of(
            status with { Proxies = proxies },
            ApiJson.Default.MeshStatus,
            StatusTable.Table(status, proxies),
            proxies.Select(p => p.Workload)) with
        { Verdict = new Cell($"{mark} {text}", tone) };
    }
}
