using System.CommandLine;
using System.Text.Json;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;

namespace Weft.Cli.Commands;

/// <summary><c>weft logs</c>: flow records that the control plane keeps, oldest first.</summary>
internal static class LogsCommand
{
    private const int LimitMax = 2_000;

    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(1);

    private static readonly Option<TimeSpan> Since = CommonOptions.Duration("--since", "Look back this far", TimeSpan.FromMinutes(15));

    private static readonly Option<int> Limit = new("--limit") { Description = $"At most so many, the newest (default 200, at most {LimitMax})", HelpName = "N", DefaultValueFactory = _ => 200 };

    private static readonly Option<bool> Follow = new("--follow") { Description = "Go on with what comes, until Ctrl-C" };

    public static Verb Create()
    {
        return new Verb(
            "logs", "Show kept records of exchanges: failures, slow ones, a share of the rest", VerbGroup.Observe,
            "weft logs 'reason != OK' --since 5m", "weft logs -n shop --follow", "weft logs 'latency > 200ms and destination == cart' -o wide", "weft logs --limit 1000 -o jsonl")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl],
            Details = "Proxies send a record of every failure and of every slow exchange, and of a share of the others (--trace-sample of the proxy, or a Telemetry). For everything as it happens see weft tap. "
                + "REQUEST-ID (-o wide) leads on to weft why REQUEST-ID and weft trace REQUEST-ID.",
        }.With(FlowOptions.Filter, CommonOptions.Namespace, CommonOptions.AllNamespaces, Since, Limit, Follow).Does(RunAsync).ShownAt(static run => PagePath.With("/logs", ("filter", FlowOptions.Read(run))));
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var filter = FlowOptions.Read(run);
        var limit = run.GetWithin(Limit, 1, LimitMax);
        using var api = run.OpenApi();
        var answer = await api.FlowsAsync(filter, limit, run.Host.Clock.GetUtcNow() - run.Get(Since), cancel);
        if (run.Format == OutputFormat.Json)
        {
            run.Output.Document(JsonSerializer.SerializeToElement(answer, ApiJson.Default.FlowList));
            return ExitCode.Ok;
        }

        var rows = FlowRows.Open(run);
        Show(run, rows, answer.Flows);
        if (answer.Flows.Count == 0)
        {
            run.Say($"no record in the last {Units.Duration(run.Get(Since))}; weft tap shows exchanges as they happen");
        }
        else if (answer.Flows.Count == limit)
        {
            run.Say($"the newest {limit}; --limit shows more");
        }

        if (run.Get(Follow))
        {
            await FollowAsync(run, api, filter, rows, answer.Flows, cancel);
        }

        return ExitCode.Ok;
    }

    /// <summary>Asks again from the newest record on. Records of one microsecond may come in two answers, so the ids of that moment are remembered.</summary>
    private static async Task FollowAsync(CommandRun run, ApiClient api, string filter, RowStream rows, IReadOnlyList<FlowRecord> first, CancellationToken cancel)
    {
        var newestUs = first.Count > 0 ? first[0].StartUnixUs : run.Host.Clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;
        var seen = first.Where(flow => flow.StartUnixUs == newestUs).Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        while (true)
        {
            await run.Host.Out.FlushAsync(cancel);
            await Task.Delay(FollowEvery, run.Host.Clock, cancel);
            var answer = await api.FlowsAsync(filter, LimitMax, DateTimeOffset.UnixEpoch.AddMicroseconds(newestUs), cancel);
            var fresh = answer.Flows.Where(flow => flow.StartUnixUs >= newestUs && !seen.Contains(KeyOf(flow))).ToList();
            Show(run, rows, fresh);
            if (fresh.Count > 0 && fresh[0].StartUnixUs > newestUs)
            {
                newestUs = fresh[0].StartUnixUs;
                seen.Clear();
            }

            seen.UnionWith(fresh.Where(flow => flow.StartUnixUs == newestUs).Select(KeyOf));
        }
    }

    private static void Show(CommandRun run, RowStream rows, IReadOnlyList<FlowRecord> newestFirst)
    {
        foreach (var flow in newestFirst.Reverse())
        {
            if (run.Format == OutputFormat.Jsonl)
            {
                run.Output.Document(JsonSerializer.SerializeToElement(flow, ApiJson.Default.FlowRecord));
            }
            else
            {
                rows.Add(FlowRows.Of(flow));
            }
        }
    }

    private static string KeyOf(FlowRecord flow) => $"{flow.RequestId} {Convert.ToHexString(flow.SpanId)} {flow.Direction}";
}
