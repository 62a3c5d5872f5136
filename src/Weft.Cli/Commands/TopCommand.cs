using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft top</c>: what is busiest, slowest or fails most right now; <c>weft routes</c>: the same by route, in order of name.</summary>
internal static class TopCommand
{
    private const int RowsMax = 10_000;

    private static readonly IReadOnlyDictionary<string, Func<TrafficRow, double>> s_keys = new Dictionary<string, Func<TrafficRow, double>>(StringComparer.Ordinal)
    {
        ["rps"] = row => row.RequestsPerSecond,
        ["errors"] = row => row.Requests == 0 ? 0 : (double)row.Failures / row.Requests,
        ["p50"] = row => row.P50Ms ?? 0,
        ["p95"] = row => row.P95Ms ?? 0,
        ["p99"] = row => row.P99Ms ?? 0,
        ["retries"] = row => row.RetriesPerSecond,
        ["bytes"] = row => row.BytesPerSecond,
    };

    private static readonly Option<string> Sort = new("--sort") { Description = $"By {string.Join(", ", s_keys.Keys)}, the greatest first (default rps)", HelpName = "COLUMN", DefaultValueFactory = _ => "rps" };

    private static readonly Option<int> Rows = new("--rows") { Description = "Show so many (default 20)", HelpName = "N", DefaultValueFactory = _ => 20 };

    private static readonly Option<bool> Once = new("--once") { Description = "Show it once and end, as into a pipe" };

    private static readonly Argument<string?> Service = new("svc/NAME") { Description = "Only routes of this service: svc/cart", HelpName = "svc/NAME", Arity = ArgumentArity.ZeroOrOne };

    public static Verb Create()
    {
        return new Verb("top", "Show the busiest, slowest or most failing routes, live", VerbGroup.Observe, "weft top", "weft top --sort p99 -n shop", "weft top --sort errors --once -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Csv],
            Details = "On a terminal the table is drawn anew every two seconds (--interval) until Ctrl-C; into a pipe it is shown once, unless -w asks for more. Paths are shown by their inferred templates.",
        }.With(Sort, Rows, Once, CommonOptions.Namespace, CommonOptions.AllNamespaces, EdgesCommand.Window, StatOptions.Side, CommonOptions.Watch, WatchLoop.Interval).Does(RunTopAsync).ShownAt(static _ => "/services");
    }

    public static Verb CreateRoutes()
    {
        return new Verb("routes", "Show the routes of services: rate, retries, success and latency of each", VerbGroup.Observe, "weft routes svc/cart -n shop", "weft routes -A --window 5m -o wide", "weft routes --from 2h --to 1h")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Csv],
            Details = "A route is a rule of an HTTPRoute or GRPCRoute, or where none matched the template of the path that proxies infer. RPS are exchanges as callers see them; TRIES are what endpoints got, retries included.",
        }.With(Service, CommonOptions.Namespace, CommonOptions.AllNamespaces, EdgesCommand.Window, StatOptions.From, StatOptions.To, StatOptions.Side, CommonOptions.Watch, WatchLoop.Interval).Does(RunRoutesAsync).ShownAt(static run => ServiceOf(run) is { } only ? PagePath.Service(only.Namespace ?? run.Namespace, only.Name) : "/services");
    }

    private static async Task<int> RunTopAsync(CommandRun run, CancellationToken cancel)
    {
        if (!s_keys.TryGetValue(run.Get(Sort)!, out var key))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--sort takes {string.Join(", ", s_keys.Keys)}, not \"{run.Get(Sort)}\"");
        }

        var most = run.GetWithin(Rows, 1, RowsMax);
        var question = StatOptions.Read(run, "route");
        using var api = run.OpenApi();
        var isLive = !run.Get(Once) && (run.Get(CommonOptions.Watch) || (run.OutStyle.Interactive && run.Output.IsTable));
        return await WatchLoop.RunAsync(run, inner => FrameAsync(run, api, question, rows => rows.OrderByDescending(key).ThenBy(row => row.Destination, StringComparer.Ordinal).Take(most), inner), cancel, isLive);
    }

    private static ObjectReference? ServiceOf(CommandRun run)
    {
        var reference = run.Get(Service) is { Length: > 0 } word ? ObjectReference.Parse([word], nameNeeded: true) : null;
        return reference is { Type.View: not ObjectView.Services } ? throw CliException.Of(ExitCode.Usage, "WF0003", "weft routes takes svc/NAME") : reference;
    }

    private static async Task<int> RunRoutesAsync(CommandRun run, CancellationToken cancel)
    {
        var reference = ServiceOf(run);
        var question = StatOptions.Read(run, "route");
        var only = reference is null ? null : $"{reference.Namespace ?? run.Namespace}/{reference.Name}";
        using var api = run.OpenApi();
        return await WatchLoop.RunAsync(
            run,
            inner => FrameAsync(
                run, api, question,
                rows => rows.Where(row => only is null || row.Destination == only).OrderBy(row => row.Destination, StringComparer.Ordinal).ThenBy(TrafficTables.RouteOf, StringComparer.Ordinal),
                inner),
            cancel);
    }

    private static async Task<WatchFrame> FrameAsync(
        CommandRun run, ApiClient api, StatQuestion question, Func<IEnumerable<TrafficRow>, IEnumerable<TrafficRow>> choose, CancellationToken cancel)
    {
        var answer = await api.StatAsync(question, cancel);
        var ns = run.AllNamespaces ? null : run.GivenNamespace;
        List<TrafficRow> rows = [.. choose(answer.Rows.Where(row => ns is null || WorkloadList.Split(row.Destination).Namespace == ns))];
        return WatchFrame.Of(answer with { Rows = rows }, ApiJson.Default.TrafficTable, TrafficTables.Routes(rows), rows.Select(row => row.Destination)) with
        {
            Hint = rows.Count == 0 ? $"no traffic {StatOptions.Describe(question)}" : null,
        };
    }
}
