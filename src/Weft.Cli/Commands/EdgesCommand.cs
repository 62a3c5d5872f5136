using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft edges</c>: who calls whom, how well, and proved by which identity.</summary>
internal static class EdgesCommand
{
    private static readonly TimeSpan WindowMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WindowMax = TimeSpan.FromHours(1);

    public static Option<TimeSpan> Window { get; } = CommonOptions.Duration("--window", "Look back this far", TimeSpan.FromSeconds(30));

    public static Verb Create()
    {
        return new Verb("edges", "Show who calls whom, with figures and identities; plain edges first", VerbGroup.Observe, "weft edges", "weft edges -n shop --window 5m", "weft edges -w")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Name, OutputFormat.Csv],
            Details = "SECURED says whether exchanges travelled under mutual TLS; IDENTITY is what the caller proved. Latencies are as the caller's proxy saw them. "
                + "-o wide adds protocol, the backend that a route chose, bytes, open connections, connections older than the capture, and reasons of failures.",
        }.With(CommonOptions.Namespace, CommonOptions.AllNamespaces, Window, CommonOptions.Watch, WatchLoop.Interval).Does(RunAsync).ShownAt(static run => PagePath.Map(run));
    }

    /// <summary>The window given, within what the control plane keeps.</summary>
    public static TimeSpan ReadWindow(CommandRun run)
    {
        var window = run.Get(Window);
        return window >= WindowMin && window <= WindowMax
            ? window
            : throw CliException.Of(ExitCode.Usage, "WF0003", $"--window takes {Units.Duration(WindowMin)} to {Units.Duration(WindowMax)}, not {Units.Duration(window)}");
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        return await WatchLoop.RunAsync(run, async inner => await ReadAsync(run, api, inner), cancel);
    }

    private static async Task<WatchFrame> ReadAsync(CommandRun run, ApiClient api, CancellationToken cancel)
    {
        var answer = await api.EdgesAsync(ReadWindow(run), run.AllNamespaces ? null : run.GivenNamespace, cancel);
        var (table, rows) = TrafficTables.Edges(answer.Rows);
        var plain = rows.Count(r => r.MutualTls < 1 && r.Requests > 0);
        return WatchFrame.Of(answer with { Rows = rows }, ApiJson.Default.TrafficTable, table, rows.Select(r => $"{r.Source}->{r.Destination}")) with
        {
            Hint = rows.Count == 0 ? $"no traffic in the last {Units.Duration(run.Get(Window))}" : plain > 0 ? $"hint: {Units.Plural(plain, "edge")} not fully under mutual TLS" : null,
        };
    }
}
