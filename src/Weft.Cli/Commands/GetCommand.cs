using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft get</c>: lists of what users wrote and of what the control plane observes.</summary>
internal static class GetCommand
{
    private static readonly System.CommandLine.Argument<string[]> Target = ObjectReference.Argument(nameNeeded: false);

    public static Verb Create()
    {
        return new Verb(
            "get",
            "List resources, services, workloads, commits or the audit log",
            VerbGroup.Observe,
            "weft get services -A",
            "weft get httproute/cart -n shop -o yaml",
            "weft get proxies -l app=cart -o wide",
            "weft get resources -A -o yaml   # everything that was applied")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name, OutputFormat.Csv],
            Details = "Services and workloads show what is really there, also what nobody wrote a document for. "
                + "Types: service (svc), httproute, grpcroute, trafficpolicy, authorizationpolicy (authz), namespacepolicy, workloadpolicy, workload (wl), proxies, commits, audit, resources.",
        }.With(Target, CommonOptions.Namespace, CommonOptions.AllNamespaces, CommonOptions.Selector).Does(RunAsync).ShownAt(static run => PagePath.Object(run, ObjectReference.Parse(run.Get(Target) ?? [], nameNeeded: false)));
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var reference = ObjectReference.Parse(run.Get(Target) ?? [], nameNeeded: false);
        using var api = run.OpenApi();
        await (reference.Type.View switch
        {
            ObjectView.Services => ServiceList.WriteAsync(run, api, reference, cancel),
            ObjectView.Workloads => WorkloadList.WriteAsync(run, api, reference, cancel),
            ObjectView.Commits => HistoryLists.WriteCommitsAsync(run, api, reference, cancel),
            ObjectView.Audit => HistoryLists.WriteAuditAsync(run, api, cancel),
            _ => ResourceTable.WriteAsync(run, api, reference, cancel),
        });
        return ExitCode.Ok;
    }

    /// <summary>The namespace to look in, or null for all.</summary>
    public static string? Scope(CommandRun run, ObjectReference reference) => reference.Namespace ?? (run.AllNamespaces ? null : run.Namespace);

    /// <summary>An empty list is an answer, not an error; a person is told where to look.</summary>
    public static void SayIfEmpty(CommandRun run, int count, string what, string? ns)
    {
        if (count == 0 && run.Output.IsTable)
        {
            run.Say(ns is null ? $"no {what}" : $"no {what} in namespace \"{ns}\"; -A looks in all");
        }
    }
}
