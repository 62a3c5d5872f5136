using System.Text.Json;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Workloads: those with a proxy, and those that documents declare outside the mesh.</summary>
internal static class WorkloadList
{
    public static async Task WriteAsync(CommandRun run, ApiClient api, ObjectReference reference, CancellationToken cancel)
    {
        var ns = GetCommand.Scope(run, reference);
        var labels = LabelSelector.Parse(run.Get(CommonOptions.Selector));
        var all = await ReadAsync(api, cancel);
        var inScope = all.Where(w => ns is null || w.Namespace == ns).ToList();
        var items = inScope.Where(w => (reference.Name is null || w.Name == reference.Name) && labels.Matches(w.Labels)).ToList();
        if (reference.Name is { } name && items.Count == 0)
        {
            throw NotFoundErrors.Of("workload", ns, name, inScope.Select(w => w.Name));
        }

        GetCommand.SayIfEmpty(run, items.Count, "workloads", ns);
        if (items.Count > 0 || !run.Output.IsTable)
        {
            run.Output.Write(
                new WorkloadListDocument { Items = items },
                CliJson.Default.WorkloadListDocument,
                () => Table(items),
                () => items.Select(w => CommitOutput.Name("Workload", w.Namespace, w.Name)));
        }
    }

    public static (string Namespace, string Name) Split(string qualified)
    {
        var slash = qualified.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? ("", qualified) : (qualified[..slash], qualified[(slash + 1)..]);
    }

    private static async Task<List<WorkloadRow>> ReadAsync(ApiClient api, CancellationToken cancel)
    {
        var statusTask = api.StatusAsync(cancel);
        var checksTask = api.ChecksAsync(null, cancel);
        var declared = await api.ResourcesAsync("Workload", null, null, cancel);
        var status = await statusTask;
        var checks = (await checksTask).ToLookup(static item => item.Endpoint, StringComparer.Ordinal);
        var rows = status.Proxies.Select(FromProxy).ToList();
        var known = rows.Select(r => (r.Namespace, r.Name)).ToHashSet();
        rows.AddRange(declared.Items.Where(i => !known.Contains((i.Namespace, i.Name))).Select(i => FromDocument(i, [.. checks[$"{i.Namespace}/{i.Name}"]])));
        return [.. rows.OrderBy(r => r.Namespace, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    private static WorkloadRow FromProxy(ProxyItem proxy)
    {
        var (ns, name) = Split(proxy.Workload);
        return new WorkloadRow
        {
            Namespace = ns,
            Name = name,
            Service = Split(proxy.Service).Name,
            Address = proxy.Address,
            State = proxy.State,
            Health = proxy.Health,
            Commit = proxy.Commit,
            Version = proxy.Version,
            Capture = proxy.Capture,
            Identity = proxy.Identity,
            Labels = proxy.Labels,
        };
    }

    /// <summary>Its health is what callers that check it find; empty when none does.</summary>
    private static WorkloadRow FromDocument(ResourceItem item, CheckItem[] checks)
    {
        var spec = item.Body.ValueKind == JsonValueKind.Object && item.Body.TryGetProperty("spec", out var found) ? found : default;
        return new WorkloadRow { Namespace = item.Namespace, Name = item.Name, Service = Text(spec, "service"), Address = Text(spec, "address"), State = "outside", Health = CheckItem.VerdictOf(checks) };
    }

    private static string Text(JsonElement spec, string property)
        => spec.ValueKind == JsonValueKind.Object && spec.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static TextTable Table(List<WorkloadRow> items)
    {
        var table = new TextTable(
            new Column("NAMESPACE"),
            new Column("NAME"),
            new Column("SERVICE"),
            new Column("STATE"),
            new Column("HEALTH"),
            new Column("COMMIT", Right: true),
            new Column("ADDRESS", Wide: true),
            new Column("CAPTURE", Wide: true),
            new Column("VERSION", Wide: true),
            new Column("IDENTITY", Wide: true));
        foreach (var item in items)
        {
            table.Add(
                item.Namespace,
                item.Name,
                item.Service,
                StatusTable.State(item.State),
                StatusTable.Health(item.Health),
                item.Commit is { } commit ? Units.Count(commit) : null,
                item.Address,
                item.Capture,
                item.Version,
                item.Identity);
        }

        return table;
    }
}
