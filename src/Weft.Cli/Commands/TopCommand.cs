using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Cli.Top;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;

namespace Weft.Cli.Commands;

/// <summary><c>weft top</c>: what is busiest, slowest or fails most right now; <c>weft routes</c>: the same by route, in order of name.</summary>
internal static class TopCommand
{
    private const int RowsMax = 10_000;
    private const int RowsStandard = 20;

    private static readonly Option<string> Sort = new("--sort")
    {
        Description = $"By {string.Join(", ", TopRows.Columns)} (default rps); the greatest first, names in order",
        HelpName = "COLUMN",
        DefaultValueFactory = _ => TopRows.Columns[0],
    };

    private static readonly Option<string> By = new("--by") { Description = $"Rows per {string.Join(", ", TopRows.Groupings)} (default route)", HelpName = "WHAT", DefaultValueFactory = _ => TopRows.Groupings[0] };

    private static readonly Option<string> Filter = new("--filter") { Description = "Only rows for which this holds: 'rps>10 and error>1%'", HelpName = "EXPRESSION", DefaultValueFactory = _ => "" };

    private static readonly Option<int> Rows = new("--rows") { Description = "Show so many (default 20; with keys as many as fit)", HelpName = "N", DefaultValueFactory = _ => RowsStandard };

    private static readonly Option<bool> Once = new("--once") { Description = "Show it once and end, as into a pipe" };

    private static readonly Argument<string?> Service = new("svc/NAME") { Description = "Only routes of this service: svc/cart", HelpName = "svc/NAME", Arity = ArgumentArity.ZeroOrOne };

    public static Verb Create()
    {
        return new Verb(
            "top", "Show what is busiest, slowest or fails most, live", VerbGroup.Observe,
            "weft top", "weft top --sort p99 -n shop", "weft top --by edge --filter 'error > 1% and rps > 10'", "weft top --sort errors --once -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Csv],
            Details = "On a terminal the table is drawn anew every two seconds (--interval) until q or Ctrl-C; into a pipe it is shown once, unless -w asks for more. Paths are shown by their inferred templates. "
                + "Keys: s and S (or the arrows to the right and left) sort by the next and the column before, r turns the order around, g and G (or Tab and Shift-Tab) group by the next and the thing before, / asks for a filter, "
                + "the space bar pauses, ? names the keys, q ends. A filter is written in the language of weft help filters over rps, error, success, p50, p95, p99, mtls, source, destination, namespace, protocol and new "
                + "(source and protocol by edge only); one that is wrong is told and the old one stays. Without keys, with --no-input or when standard input is no terminal, the table is drawn all the same.",
        }.With(Sort, By, Filter, Rows, Once, CommonOptions.Namespace, CommonOptions.AllNamespaces, EdgesCommand.Window, StatOptions.Side, CommonOptions.Watch, WatchLoop.Interval).Does(RunTopAsync).ShownAt(static _ => "/services");
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
        var state = Begin(run);
        var most = run.GetWithin(Rows, 1, RowsMax);
        var question = StatOptions.Read(run, state.By);
        using var api = run.OpenApi();
        var isLive = !run.Get(Once) && (run.Get(CommonOptions.Watch) || (run.OutStyle.Interactive && run.Output.IsTable));
        if (!isLive || !run.Host.InIsTerminal || !run.OutStyle.Interactive || !run.Output.IsTable || run.Parsed.GetValue(CommonOptions.NoInput))
        {
            return await WatchLoop.RunAsync(run, inner => TopFrameAsync(run, api, question, state, most, inner), cancel, isLive);
        }

        // Before the screen is taken, so that an error is told as any other is.
        var first = await TableAsync(run, api, question, state, cancel);
        using (var terminal = run.Host.OpenKeys())
        {
            if (terminal is not null)
            {
                int? rowsMost = run.Parsed.GetResult(Rows) is { Implicit: false } ? most : null;
                var screen = new TopScreen(run, async (now, inner) => (await TableAsync(run, api, question, now, inner)).Rows, terminal, rowsMost, WatchLoop.ReadInterval(run));
                await screen.RunAsync(state, first.Rows, cancel);
                return ExitCode.Ok;
            }
        }

        return await WatchLoop.RunAsync(run, inner => TopFrameAsync(run, api, question, state, most, inner), cancel, isLive);
    }

    /// <summary>What options say.</summary>
    private static TopState Begin(CommandRun run)
    {
        if (!TopRows.Columns.Contains(run.Get(Sort)!))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--sort takes {string.Join(", ", TopRows.Columns)}, not \"{run.Get(Sort)}\"");
        }

        if (!TopRows.Groupings.Contains(run.Get(By)!))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--by takes {string.Join(", ", TopRows.Groupings)}, not \"{run.Get(By)}\"");
        }

        FlowOptions.Check(run.Get(Filter)!, FilterSchema.Aggregates);
        return new TopState { By = run.Get(By)!, Sort = run.Get(Sort)!, Filter = run.Get(Filter)! };
    }

    private static async Task<WatchFrame> TopFrameAsync(CommandRun run, ApiClient api, StatQuestion question, TopState state, int most, CancellationToken cancel)
    {
        var answer = await TableAsync(run, api, question, state, cancel);
        IReadOnlyList<TrafficRow> rows = [.. TopRows.Sort(answer.Rows, state.By, state.Sort, state.IsReversed).Take(most)];
        return WatchFrame.Of(answer with { Rows = rows }, ApiJson.Default.TrafficTable, TrafficTables.Top(rows, state.By, "", ""), rows.Select(row => row.Destination)) with
        {
            Hint = rows.Count == 0 ? $"no traffic {StatOptions.Describe(question)}" : null,
        };
    }

    private static async Task<TrafficTable> TableAsync(CommandRun run, ApiClient api, StatQuestion question, TopState state, CancellationToken cancel)
    {
        var ns = run.AllNamespaces ? null : run.GivenNamespace;
        var filter = state.Filter.Length > 0 ? state.Filter : null;
        var answer = state.By == "edge"
            ? await api.EdgesAsync(question.Window, ns, cancel, filter)
            : await api.StatAsync(question with { By = state.By, Filter = filter }, cancel);
        return answer with { Rows = [.. answer.Rows.Where(row => ns is null || state.By == "edge" || (row.Namespace ?? WorkloadList.Split(row.Destination).Namespace) == ns)] };
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
