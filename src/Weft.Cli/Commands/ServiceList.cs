using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Services as callers see them: address, ports, how many endpoints are well.</summary>
internal static class ServiceList
{
    public static async Task WriteAsync(CommandRun run, ApiClient api, ObjectReference reference, CancellationToken cancel)
    {
        var ns = GetCommand.Scope(run, reference);
        var all = await api.ServicesAsync(cancel);
        var items = all.Where(s => (ns is null || s.Namespace == ns) && (reference.Name is null || s.Name == reference.Name))
            .OrderBy(s => s.Namespace, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        if (reference.Name is { } name && items.Count == 0)
        {
            throw NotFoundErrors.Of("service", ns, name, all.Where(s => ns is null || s.Namespace == ns).Select(s => s.Name));
        }

        GetCommand.SayIfEmpty(run, items.Count, "services", ns);
        if (items.Count > 0 || !run.Output.IsTable)
        {
            run.Output.Write(
                new ServiceListDocument { Items = items },
                CliJson.Default.ServiceListDocument,
                () => Table(items),
                () => items.Select(s => CommitOutput.Name("Service", s.Namespace, s.Name)));
        }
    }

    private static TextTable Table(List<ServiceItem> items)
    {
        var table = new TextTable(
            new Column("NAMESPACE"), new Column("NAME"), new Column("ADDRESS"), new Column("PORTS"), new Column("HEALTHY", Right: true), new Column("MESHED", Right: true), new Column("ORIGIN", Wide: true));
        foreach (var item in items)
        {
            var tone = item.Endpoints > 0 && item.Healthy == item.Endpoints ? Tone.Good : item.Healthy > 0 ? Tone.Warning : Tone.Bad;
            table.Add(
                item.Namespace,
                item.Name,
                item.VirtualAddress,
                string.Join(',', item.Ports.Select(p => Units.Count(p))),
                new Cell($"{item.Healthy}/{item.Endpoints}", tone),
                $"{item.Meshed}/{item.Endpoints}",
                item.Implicit ? "workloads" : "document");
        }

        return table;
    }
}
