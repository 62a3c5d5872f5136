using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft stat</c>: rate, success and latency per service or per route.</summary>
internal static class StatCommand
{
    /// <summary>Below this share of successes a row earns a hint.</summary>
    private const double GoodShare = 0.99;

    private static readonly Argument<string[]> Target = new("svc/NAME") { Description = "Only this service: svc/cart", HelpName = "svc/NAME", Arity = new ArgumentArity(0, 2) };

    private static readonly Option<string> By = new("--by") { Description = "Rows per service or per route (default service)", HelpName = "WHAT", DefaultValueFactory = _ => "service" };

    public static Verb Create()
    {
        return new Verb("stat", "Show rate, success and latency of services", VerbGroup.Observe, "weft stat", "weft stat svc/cart -n shop --by route", "weft stat --window 5m -w")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Name, OutputFormat.Csv],
            Details = "MESHED counts endpoints with a proxy, TCP open connections, mTLS the share of exchanges under mutual TLS. A dash means no data, never zero.",
        }.With(Target, By, CommonOptions.Namespace, CommonOptions.AllNamespaces, EdgesCommand.Window, CommonOptions.Watch, WatchLoop.Interval).Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var by = run.Get(By)!;
        if (by is not ("service" or "route"))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--by takes service or route, not \"{by}\"");
        }

        var reference = run.Get(Target) is { Length: > 0 } words ? ObjectReference.Parse(words, nameNeeded: true) : null;
        if (reference is { Type.View: not ObjectView.Services })
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "weft stat takes svc/NAME", null, "for a workload see weft describe workload/NAME");
        }

        using var api = run.OpenApi();
        return await WatchLoop.RunAsync(run, async inner => await ReadAsync(run, api, reference, by, inner), cancel);
    }

    private static async Task<WatchFrame> ReadAsync(CommandRun run, ApiClient api, ObjectReference? reference, string by, CancellationToken cancel)
    {
        var servicesTask = api.ServicesAsync(cancel);
        var answer = await api.StatAsync(EdgesCommand.ReadWindow(run), by, cancel);
        var services = await servicesTask;
        var meshed = services.ToDictionary(s => $"{s.Namespace}/{s.Name}", s => $"{s.Meshed}/{s.Endpoints}", StringComparer.Ordinal);
        var ns = reference?.Namespace ?? (run.AllNamespaces ? null : run.GivenNamespace) ?? (reference is null ? null : run.Namespace);
        // A service without traffic is there too, with dashes: missing is not the same as silent.
        var silent = services.Select(s => $"{s.Namespace}/{s.Name}").Except(answer.Rows.Select(r => r.Destination)).Select(name => new TrafficRow { Destination = name });
        var rows = answer.Rows.Concat(by == "service" ? silent : []).Where(r => Matches(r.Destination, ns, reference?.Name)).ToList();
        if (reference is not null && rows.Count == 0 && !services.Any(s => s.Name == reference.Name && s.Namespace == ns))
        {
            throw NotFoundErrors.Of("service", ns, reference.Name!, services.Where(s => s.Namespace == ns).Select(s => s.Name));
        }

        var (table, sorted) = TrafficTables.Stat(rows, by == "route", meshed.GetValueOrDefault);
        return WatchFrame.Of(answer with { Rows = sorted }, ApiJson.Default.TrafficTable, table, sorted.Select(r => r.Destination).Distinct()) with { Hint = Hint(run, sorted) };
    }

    private static bool Matches(string destination, string? ns, string? name)
    {
        var (rowNs, rowName) = WorkloadList.Split(destination);
        return (ns is null || rowNs == ns) && (name is null || rowName == name);
    }

    private static string? Hint(CommandRun run, IReadOnlyList<TrafficRow> rows)
    {
        if (rows.All(r => r.Requests == 0 && r.ActiveConnections == 0))
        {
            return $"no traffic in the last {Units.Duration(run.Get(EdgesCommand.Window))}";
        }

        var worst = rows.Where(r => r.Success < GoodShare).MinBy(r => r.Success);
        return worst is null ? null : $"hint: {worst.Destination} fails {(1 - worst.Success!.Value) * 100:0.0}%; see weft edges -o wide";
    }
}
