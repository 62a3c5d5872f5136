using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Lists of what users wrote.</summary>
internal static class ResourceTable
{
    public static async Task WriteAsync(CommandRun run, ApiClient api, ObjectReference reference, CancellationToken cancel)
    {
        var kind = reference.Type.Kind;
        var ns = GetCommand.Scope(run, reference);
        var list = await api.ResourcesAsync(kind, ns, reference.Name, cancel);
        if (reference.Name is { } name && list.Items.Count == 0)
        {
            var others = await api.ResourcesAsync(kind, ns, null, cancel);
            throw NotFoundErrors.Of(kind ?? "resource", ns, name, others.Items.Select(i => i.Name));
        }

        if (run.Format == OutputFormat.Yaml)
        {
            // The documents themselves, so that the output can be applied again.
            run.Host.Out.Write(string.Join("---\n", list.Items.Select(i => i.Yaml.EndsWith('\n') ? i.Yaml : i.Yaml + "\n")));
            return;
        }

        GetCommand.SayIfEmpty(run, list.Items.Count, kind ?? "resources", ns);
        if (list.Items.Count > 0 || !run.Output.IsTable)
        {
            run.Output.Write(list, ApiJson.Default.ResourceList, () => Table(run, list, withKind: kind is null), () => list.Items.Select(i => CommitOutput.Name(i.Kind, i.Namespace, i.Name)));
        }
    }

    private static TextTable Table(CommandRun run, ResourceList list, bool withKind)
    {
        var now = run.Host.Clock.GetUtcNow();
        var table = new TextTable(new Column("KIND", Wide: !withKind), new Column("NAMESPACE"), new Column("NAME"), new Column("COMMIT", Right: true), new Column("AGE", Right: true));
        foreach (var item in list.Items)
        {
            table.Add(item.Kind, item.Namespace, item.Name, Units.Count(item.Commit), Units.Duration(now - item.At));
        }

        return table;
    }
}
