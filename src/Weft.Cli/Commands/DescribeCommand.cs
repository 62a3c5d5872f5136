using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft describe</c>: everything about one thing on one page, for a person.</summary>
internal static class DescribeCommand
{
    private static readonly System.CommandLine.Argument<string[]> Target = ObjectReference.Argument(nameNeeded: true);

    public static Verb Create()
    {
        return new Verb("describe", "Show everything about one service, workload, resource or commit", VerbGroup.Observe, "weft describe svc/cart -n shop", "weft describe workload/cart-1 -n shop", "weft describe commit/12")
        {
            Details = "For a service: its endpoints, its callers and callees of the last 30 seconds, its document. For a workload: what its proxy runs. The text is for people and may change; scripts use weft get -o json.",
        }.With(Target, CommonOptions.Namespace).Does(RunAsync).ShownAt(static run => PagePath.Object(run, ObjectReference.Parse(run.Get(Target) ?? [], nameNeeded: true)));
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var reference = ObjectReference.Parse(run.Get(Target) ?? [], nameNeeded: true);
        using var api = run.OpenApi();
        var ns = reference.Namespace ?? run.Namespace;
        await (reference.Type.View switch
        {
            ObjectView.Services => DescribeService.WriteAsync(run, api, ns, reference.Name!, cancel),
            ObjectView.Workloads => WorkloadAsync(run, api, ns, reference.Name!, cancel),
            ObjectView.Commits => CommitAsync(run, api, reference.Name!, cancel),
            ObjectView.Resources => ResourceAsync(run, api, reference, ns, cancel),
            _ => throw CliException.Of(ExitCode.Usage, "WF0003", "audit records cannot be described one by one", null, "weft get audit"),
        });
        return ExitCode.Ok;
    }

    /// <summary>One fact per line: the name, a colon, the value from a fixed column.</summary>
    public static void Fact(CommandRun run, string name, string? value)
        => run.Output.Line($"{name + ":",-14}{(string.IsNullOrEmpty(value) ? "-" : TextWidth.Safe(value))}");

    public static void Section(CommandRun run, string title)
    {
        run.Output.Line("");
        run.Output.Line(run.OutStyle.Paint(Tone.Strong, title));
    }

    public static void Document(CommandRun run, string yaml)
    {
        Section(run, "Document");
        foreach (var line in yaml.TrimEnd('\n').Split('\n'))
        {
            run.Output.Line("  " + TextWidth.Safe(line));
        }
    }

    private static async Task WorkloadAsync(CommandRun run, ApiClient api, string ns, string name, CancellationToken cancel)
    {
        var status = await api.StatusAsync(cancel);
        var declared = await api.ResourcesAsync("Workload", ns, name, cancel);
        var proxy = status.Proxies.FirstOrDefault(p => p.Workload == $"{ns}/{name}");
        if (proxy is null && declared.Items.Count == 0)
        {
            throw NotFoundErrors.Of("workload", ns, name, status.Proxies.Select(p => WorkloadList.Split(p.Workload)).Where(w => w.Namespace == ns).Select(w => w.Name));
        }

        Fact(run, "Workload", $"{ns}/{name}");
        if (proxy is null)
        {
            Fact(run, "State", "outside the mesh: no proxy");
        }
        else
        {
            Proxy(run, status, proxy);
        }

        if (declared.Items.Count > 0)
        {
            Document(run, declared.Items[0].Yaml);
        }
    }

    private static void Proxy(CommandRun run, MeshStatus status, ProxyItem proxy)
    {
        Fact(run, "Service", proxy.Service);
        Fact(run, "State", proxy.State == "current" ? $"current, commit {proxy.Commit}" : $"{proxy.State}: runs commit {proxy.Commit} of {status.Commit}");
        Fact(run, "Lag", Units.Duration(TimeSpan.FromMilliseconds(proxy.LagMs)));
        Fact(run, "Health", proxy.Health);
        Fact(run, "Last refusal", proxy.LastRefusal);
        Fact(run, "Address", proxy.Address);
        Fact(run, "Capture", proxy.Capture);
        Fact(run, "Identity", proxy.Identity);
        Fact(run, "Certificate", proxy.CertificateNotAfter is { } end ? $"until {Units.Timestamp(end)} ({Units.Duration(end - status.Now)} left)" : null);
        Fact(run, "Connected", $"{Units.Duration(status.Now - proxy.ConnectedAt)} ago");
        Fact(run, "Version", proxy.Version);
        Fact(run, "Memory", proxy.ResidentBytes > 0 ? Units.Bytes(proxy.ResidentBytes) : null);
        Fact(run, "CPU", proxy.CpuUs > 0 ? Units.Duration(TimeSpan.FromMicroseconds(proxy.CpuUs)) : null);
        Fact(run, "Subscribed", Units.Plural(proxy.Subscriptions, "resource"));
        Fact(run, "Labels", string.Join(", ", proxy.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")));
    }

    private static async Task CommitAsync(CommandRun run, ApiClient api, string number, CancellationToken cancel)
    {
        var commit = await api.CommitAsync(HistoryLists.Number(number), cancel);
        var rollout = await api.RolloutAsync(commit.Commit, 0, cancel);
        Fact(run, "Commit", Units.Count(commit.Commit));
        Fact(run, "When", Units.Timestamp(commit.At));
        Fact(run, "Author", commit.Author);
        Fact(run, "Message", commit.Message);
        Fact(run, "Hash", commit.Hash);
        Fact(run, "Runs on", $"{rollout.Current} of {StatusTable.Noun(rollout.Affected)}");
        foreach (var refused in rollout.Refused)
        {
            Fact(run, "Refused", $"{refused.Workload}: {refused.Resource}: {refused.Reason}");
        }

        Section(run, "Changes");
        foreach (var change in commit.Changes)
        {
            run.Output.Line($"  {CommitOutput.Name(change.Kind, change.Namespace, change.Name)} {change.Action}");
        }
    }

    private static async Task ResourceAsync(CommandRun run, ApiClient api, ObjectReference reference, string ns, CancellationToken cancel)
    {
        var list = await api.ResourcesAsync(reference.Type.Kind, ns, reference.Name, cancel);
        if (list.Items.Count == 0)
        {
            var others = await api.ResourcesAsync(reference.Type.Kind, ns, null, cancel);
            throw NotFoundErrors.Of(reference.Type.Kind ?? "resource", ns, reference.Name!, others.Items.Select(i => i.Name));
        }

        foreach (var item in list.Items)
        {
            Fact(run, item.Kind, $"{item.Namespace}/{item.Name}");
            Fact(run, "Commit", $"{item.Commit}, {Units.Duration(run.Host.Clock.GetUtcNow() - item.At)} ago");
            Document(run, item.Yaml);
        }
    }
}
