using System.CommandLine;
using System.Globalization;
using Weft.Cli.Api;
using Weft.Cli.Demo;
using Weft.Cli.Host;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft demo</c>: a whole mesh with a shop in it, and users who buy; everything goes when it ends.</summary>
internal static class DemoCommand
{
    private static readonly Option<TimeSpan> For = CommonOptions.Duration("--for", "End by itself after this time of load; 0s: at Ctrl-C", TimeSpan.Zero);
    private static readonly Option<double?> Rate = new("--rate") { Description = "Requests per second of the users (default: as the shop says)", HelpName = "NUMBER" };
    private static readonly Option<bool> Root = new("--root") { Description = "Network namespaces and redirected traffic; needs root and is the default then" };
    private static readonly Option<bool> NoRoot = new("--no-root") { Description = "Local ports only" };
    private static readonly Option<string?> Data = new("--data") { Description = "Folder for the control plane's data and the logs", HelpName = "DIR" };
    private static readonly Option<bool> Keep = new("--keep") { Description = "Leave that folder when it ends" };

    public static Verb Create() =>
        new Verb("demo", "Start a mesh with a sample shop and users, and show what happens in it", VerbGroup.Start, "weft demo", "weft demo --for 60s --rate 100", "weft demo --no-root --data shop-data --keep")
        {
            Details = "Twelve small services in four languages, each with a proxy beside it, call each other under mutual TLS. With --for the exit code is 1 when a request was lost. "
                + "Ctrl-C, or the end, removes every process, namespace, rule and file; after a crash weft down does.",
        }.With(For, Rate, Root, NoRoot, Data, Keep).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        HostContext host = HostContext.FromEnvironment();
        DemoOptions options = ReadOptions(run, host);
        DemoFiles files = DemoFiles.Find(run.Host);
        RefuseSecond(host);
        host.Run.Ensure();
        await using var mesh = new DemoMesh(host, files, options);
        await StartAsync(run, mesh, options, cancel);
        var view = new DemoView(run, mesh);
        await HintAsync(run, host, mesh, options, cancel);
        await view.ShowAsync(cancel);
        return await FinishAsync(run, mesh, view, options);
    }

    private static async Task StartAsync(CommandRun run, DemoMesh mesh, DemoOptions options, CancellationToken cancel)
    {
        await run.Steps.RunAsync(
            "control plane and certificate authority",
            async step =>
            {
                await mesh.StartControlPlaneAsync(cancel);
                step.Update(mesh.ControlPlane.Control);
            },
            cancel);
        IReadOnlyList<string> missing = await run.Steps.RunAsync(
            options.Transparent ? "services, each in a network namespace with a proxy" : "services, each with a proxy on local ports",
            step => mesh.StartServicesAsync(step, cancel),
            cancel);
        foreach (string left in missing)
        {
            run.Steps.Warn("left out", left);
        }

        await run.Steps.RunAsync("every service healthy", step => mesh.WaitUntilHealthyAsync(step, cancel), cancel);
        await run.Steps.RunAsync(
            "routes of the shop",
            async step =>
            {
                if (await mesh.ApplyAsync(cancel) is RolloutStatus rollout)
                {
                    step.Update(string.Create(CultureInfo.InvariantCulture, $"commit {rollout.Commit} on {rollout.Current} of {rollout.Affected} proxies"));
                }
            },
            cancel);
        await run.Steps.RunAsync("users", _ => mesh.StartLoadAsync(cancel), cancel);
    }

    private static async Task HintAsync(CommandRun run, HostContext host, DemoMesh mesh, DemoOptions options, CancellationToken cancel)
    {
        using ApiClient api = mesh.ControlPlane.OpenApi();
        LoginUrl login = await api.LoginUrlAsync(new LoginUrlRequest(), cancel);
        run.Say("");
        run.Say($"see it: {login.Url}");
        run.Say("  (works once, for five minutes; a new one: weft dashboard --print)");
        run.Say("");
        run.Say("try in another terminal:");
        run.Say("  weft edges -w                     who calls whom");
        run.Say("  weft status                       every proxy and what it runs");
        run.Say("  weft get httproute/recommend -o yaml");
        if (options.Transparent)
        {
            run.Say($"  ip netns exec {host.Names.ControlPlaneNamespace} tcpdump -ni eth0   all that the control plane sees");
        }

        if (mesh.ControlPlane.Socket != DemoPaths.DefaultSocket)
        {
            run.Say($"  (with WEFT_SOCKET={mesh.ControlPlane.Socket})");
        }

        run.Say("stop: Ctrl-C");
        run.Say("");
    }

    private static async Task<int> FinishAsync(CommandRun run, DemoMesh mesh, DemoView view, DemoOptions options)
    {
        string? fallen = mesh.Fallen;
        LoadSummary? summary = await mesh.FinishLoadAsync();
        if (await view.EdgesAsync(TimeSpan.FromSeconds(60), CancellationToken.None) is IReadOnlyList<TrafficRow> rows)
        {
            run.Output.Table(TrafficTables.Edges(rows).Table);
            await run.Host.Out.FlushAsync(CancellationToken.None);
        }

        await run.Steps.RunAsync("everything removed", async _ => await mesh.DisposeAsync(), CancellationToken.None);
        if (options.Keep)
        {
            run.Say($"kept: {options.DataDirectory}");
        }

        if (fallen is not null)
        {
            run.Steps.Fail("ended by itself", fallen);
        }

        if (summary is null)
        {
            run.Steps.Fail("the load generator left no figures");
            return ExitCode.Negative;
        }

        run.Output.Line($"sent {summary.Sent}, ok {summary.Ok}, lost {summary.Lost}, p50 {Units.Milliseconds(summary.P50Ms).Text}, p99 {Units.Milliseconds(summary.P99Ms).Text}");
        foreach ((string error, long count) in summary.Errors)
        {
            run.Steps.Fail($"lost {count}", error);
        }

        return summary.Lost == 0 && fallen is null ? ExitCode.Ok : ExitCode.Negative;
    }

    private static DemoOptions ReadOptions(CommandRun run, HostContext host)
    {
        if (run.Get(Root) && run.Get(NoRoot))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "--root and --no-root exclude each other");
        }

        if (run.Get(Root) && !Native.IsRoot)
        {
            throw HostErrors.RootNeeded("weft demo --root");
        }

        if (run.Get(Rate) is double rate && rate is not (>= 0.1 and <= 1_000_000))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "--rate takes 0.1 to 1000000 requests per second");
        }

        string data = run.Get(Data) is string given ? Path.GetFullPath(given, run.Host.WorkingDirectory)
            : run.Get(Keep) ? Path.Combine(Path.GetTempPath(), "weft-demo")
            : Path.Combine(host.Run.Root, DemoPaths.Folder);
        bool transparent = Native.IsRoot && !run.Get(NoRoot);
        if (!transparent && !run.Get(NoRoot))
        {
            run.Say("without root: local ports instead of redirected traffic (as root: the real thing)");
        }

        return new DemoOptions(transparent, run.Get(For) is var time && time > TimeSpan.Zero ? time : null, run.Get(Rate), data, run.Get(Keep) || (run.Get(Data) is not null && Directory.Exists(data)));
    }

    /// <summary>Two demos would fight over names; what a crashed one left must go first.</summary>
    private static void RefuseSecond(HostContext host)
    {
        if (ProcessTable.Marked(host.Run.Root).Count > 0 && host.Run.LoadAll().Any(r => r.Namespace == DemoMesh.Namespace && r.Workload == "web"))
        {
            throw HostErrors.Fail(HostErrors.DemoCannotStart, "a demo runs already, or one was not ended", $"its records are in {host.Run.Root}", "weft down -y");
        }
    }
}
