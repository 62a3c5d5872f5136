using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft stat</c>: rate, success and latency per service, or per what a service consists of.</summary>
internal static class StatCommand
{
    /// <summary>Below this share of successes a row earns a hint.</summary>
    private const double GoodShare = 0.99;

    /// <summary>The two sides report at their own moments, so a few exchanges are always on one side only.</summary>
    private const double DifferenceShare = 0.05;
    private const long DifferenceSlack = 100;
    private const long DifferenceRequestsMin = 100;

    private static readonly Argument<string[]> Target = new("svc/NAME") { Description = "Only this service: svc/cart", HelpName = "svc/NAME", Arity = new ArgumentArity(0, 2) };

    private static readonly IReadOnlyList<string> Groupings = ["service", "workload", "namespace", "route", "version", "zone", "code"];

    private static readonly Option<string> By = new("--by") { Description = $"Rows per {string.Join(", ", Groupings)} (default service)", HelpName = "WHAT", DefaultValueFactory = _ => "service" };

    public static Verb Create()
    {
        return new Verb("stat", "Show rate, success and latency of services", VerbGroup.Observe, "weft stat", "weft stat svc/cart -n shop --by route", "weft stat --by version --from 2h --to 1h", "weft stat --window 5m -w")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Jsonl, OutputFormat.Yaml, OutputFormat.Name, OutputFormat.Csv],
            Details = "MESHED counts endpoints with a proxy, TCP open connections, mTLS the share of exchanges under mutual TLS. A dash means no data, never zero. "
                + "Where both sides of a service have a proxy and disagree by more than five per cent, a hint says so.",
        }.With(Target, By, CommonOptions.Namespace, CommonOptions.AllNamespaces, EdgesCommand.Window, StatOptions.From, StatOptions.To, StatOptions.Side, CommonOptions.Watch, WatchLoop.Interval).Does(RunAsync).ShownAt(static run => ServiceOf(run) is { } only ? PagePath.Service(only.Namespace ?? run.Namespace, only.Name) : "/services");
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var by = run.Get(By)!;
        if (!Groupings.Contains(by))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"--by takes {string.Join(", ", Groupings)}, not \"{by}\"");
        }

        var question = StatOptions.Read(run, by);

        var reference = ServiceOf(run);
        using var api = run.OpenApi();
        return await WatchLoop.RunAsync(run, async inner => await ReadAsync(run, api, reference, question, inner), cancel);
    }

    private static ObjectReference? ServiceOf(CommandRun run)
    {
        var reference = run.Get(Target) is { Length: > 0 } words ? ObjectReference.Parse(words, nameNeeded: true) : null;
        return reference is { Type.View: not ObjectView.Services }
            ? throw CliException.Of(ExitCode.Usage, "WF0003", "weft stat takes svc/NAME", null, "for a workload see weft describe workload/NAME")
            : reference;
    }

    private static async Task<WatchFrame> ReadAsync(CommandRun run, ApiClient api, ObjectReference? reference, StatQuestion question, CancellationToken cancel)
    {
        var servicesTask = api.ServicesAsync(cancel);
        var answer = await api.StatAsync(question, cancel);
        var services = await servicesTask;
        var meshed = services.ToDictionary(s => $"{s.Namespace}/{s.Name}", s => $"{s.Meshed}/{s.Endpoints}", StringComparer.Ordinal);
        var ns = reference?.Namespace ?? (run.AllNamespaces ? null : run.GivenNamespace) ?? (reference is null ? null : run.Namespace);
        // A service without traffic is there too, with dashes: missing is not the same as silent.
        var silent = services.Select(s => $"{s.Namespace}/{s.Name}").Except(answer.Rows.Select(r => r.Destination)).Select(name => new TrafficRow { Destination = name });
        var rows = answer.Rows.Concat(question.By == "service" ? silent : []).Where(r => Matches(r.Destination, ns, reference?.Name)).ToList();
        if (reference is not null && rows.Count == 0 && !services.Any(s => s.Name == reference.Name && s.Namespace == ns))
        {
            throw NotFoundErrors.Of("service", ns, reference.Name!, services.Where(s => s.Namespace == ns).Select(s => s.Name));
        }

        var (table, sorted) = TrafficTables.Stat(rows, question.By, meshed.GetValueOrDefault);
        return WatchFrame.Of(answer with { Rows = sorted }, ApiJson.Default.TrafficTable, table, sorted.Select(r => r.Destination).Distinct()) with { Hint = await HintAsync(api, question, sorted, cancel) };
    }

    private static bool Matches(string destination, string? ns, string? name)
    {
        var (rowNs, rowName) = WorkloadList.Split(destination);
        return (ns is null || rowNs == ns) && (name is null || rowName == name);
    }

    private static async Task<string?> HintAsync(ApiClient api, StatQuestion question, IReadOnlyList<TrafficRow> rows, CancellationToken cancel)
    {
        if (rows.All(r => r.Requests == 0 && r.ActiveConnections == 0))
        {
            return $"no traffic {StatOptions.Describe(question)}";
        }

        var worst = rows.Where(r => r.Success < GoodShare).MinBy(r => r.Success);
        if (worst is not null)
        {
            return $"hint: {worst.Destination} fails {(1 - worst.Success!.Value) * 100:0.0}%; see weft edges -o wide";
        }

        return question is { By: "service", Side: null } ? await DifferenceAsync(api, question, rows, cancel) : null;
    }

    /// <summary>What callers' and callees' proxies count differently: calls that get lost between them, or workloads without a proxy.</summary>
    private static async Task<string?> DifferenceAsync(ApiClient api, StatQuestion question, IReadOnlyList<TrafficRow> asClients, CancellationToken cancel)
    {
        var asServers = (await api.StatAsync(question with { Side = "server" }, cancel)).Rows.ToDictionary(r => r.Destination, StringComparer.Ordinal);
        foreach (var row in asClients.Where(r => r.Requests >= DifferenceRequestsMin))
        {
            if (asServers.TryGetValue(row.Destination, out var other) && other.Requests > 0
                && Math.Abs(row.Requests - other.Requests) > row.Requests * DifferenceShare + DifferenceSlack)
            {
                return $"hint: callers of {row.Destination} count {row.Requests} exchanges, its own proxies {other.Requests}; see weft stat --side server";
            }
        }

        return null;
    }
}
