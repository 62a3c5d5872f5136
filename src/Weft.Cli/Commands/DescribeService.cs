using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>A service on one page: address, workloads, callers and callees, routes, document.</summary>
internal static class DescribeService
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    public static async Task WriteAsync(CommandRun run, ApiClient api, string ns, string name, CancellationToken cancel)
    {
        var servicesTask = api.ServicesAsync(cancel);
        var statusTask = api.StatusAsync(cancel);
        var checksTask = api.ChecksAsync($"{ns}/{name}", cancel);
        var edgesTask = api.EdgesAsync(Window, null, cancel);
        var documents = await api.ResourcesAsync(null, ns, null, cancel);
        var (services, status, edges, checks) = (await servicesTask, await statusTask, await edgesTask, await checksTask);
        var service = services.FirstOrDefault(s => s.Namespace == ns && s.Name == name)
            ?? throw NotFoundErrors.Of("service", ns, name, services.Where(s => s.Namespace == ns).Select(s => s.Name));
        var full = $"{ns}/{name}";
        DescribeCommand.Fact(run, "Service", full);
        DescribeCommand.Fact(run, "Address", service.VirtualAddress);
        DescribeCommand.Fact(run, "Ports", string.Join(", ", service.Ports.Select(p => Units.Count(p))));
        DescribeCommand.Fact(run, "Endpoints", $"{service.Healthy} of {service.Endpoints} healthy");
        DescribeCommand.Fact(run, "Origin", service.Implicit ? "made from its workloads; no document" : "document");
        var proxies = status.Proxies.Where(p => p.Service == full).OrderBy(p => p.Workload, StringComparer.Ordinal).ToList();
        if (proxies.Count > 0)
        {
            DescribeCommand.Section(run, "Proxies");
            run.Output.Table(StatusTable.Table(status, proxies));
        }

        if (checks.Count > 0)
        {
            DescribeCommand.Section(run, "Endpoints that callers check");
            run.Output.Table(Checks(checks, run.Host.Clock.GetUtcNow()));
        }

        Edges(run, "Callers (30s)", edges.Rows.Where(r => r.Destination == full));
        Edges(run, "Calls (30s)", edges.Rows.Where(r => r.Source == full));
        var routes = documents.Items.Where(i => i.Kind is "HTTPRoute" or "GRPCRoute" && i.Yaml.Contains($"name: {name}", StringComparison.Ordinal)).ToList();
        if (routes.Count > 0)
        {
            DescribeCommand.Section(run, "Routes that name it");
            foreach (var route in routes)
            {
                run.Output.Line("  " + CommitOutput.Name(route.Kind, route.Namespace, route.Name));
            }
        }

        if (documents.Items.FirstOrDefault(i => i.Kind == "Service" && i.Name == name) is { } document)
        {
            DescribeCommand.Document(run, document.Yaml);
        }
    }

    private static TextTable Checks(IReadOnlyList<CheckItem> checks, DateTimeOffset now)
    {
        var table = new TextTable(new Column("ENDPOINT"), new Column("ADDRESS"), new Column("HEALTHY FOR", Right: true), new Column("SINCE", Right: true), new Column("FINDING"), new Column("SAID BY"));
        foreach (var item in checks)
        {
            var tone = item.Verdict switch { "healthy" => Tone.Good, "unhealthy" => Tone.Bad, _ => Tone.Warning };
            table.Add(
                item.Endpoint,
                item.Address,
                new Cell($"{item.Healthy} of {item.Healthy + item.Unhealthy}", tone),
                item.Since is { } since ? Units.Duration(now - since) + " ago" : Cell.None,
                item.Finding.Length == 0 ? Cell.None : item.Finding,
                string.Join(", ", item.UnhealthyFor));
        }

        return table;
    }

    private static void Edges(CommandRun run, string title, IEnumerable<TrafficRow> rows)
    {
        var (table, sorted) = TrafficTables.Edges([.. rows]);
        if (sorted.Count > 0)
        {
            DescribeCommand.Section(run, title);
            run.Output.Table(table);
        }
    }
}
