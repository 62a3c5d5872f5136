using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Weft.Cli.Api;
using Weft.Cli.Host;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft run</c>: starts a program as a workload of the mesh and stays in front of it like a shell: output, signals and exit code pass through.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan ProxyGrace = TimeSpan.FromSeconds(3);

    private static readonly Option<string[]> Environment = new("--env") { Description = "Variable for the program; repeat", HelpName = "KEY=VALUE" };
    private static readonly Option<string[]> To = new("--to") { Description = "Service that it calls: cart:8080, or cart:8080=127.0.0.1:21001 without root; repeat", HelpName = "SERVICE:PORT" };
    private static readonly Option<string?> User = new("--user") { Description = "Run the program as this user", HelpName = "NAME" };
    private static readonly Option<bool> NoRoot = new("--no-root") { Description = "Local ports instead of a network namespace, also as root" };
    private static readonly Option<bool> Detach = new("--detach", "-d") { Description = "Go on in the background; weft leave ends it" };
    private static readonly Option<TimeSpan> Drain = CommonOptions.Duration("--drain", "Time for requests under way when it is ended by SIGTERM", TimeSpan.FromSeconds(10));
    private static readonly Argument<string[]> Command = new("COMMAND") { Description = "The program and its arguments, behind --", Arity = ArgumentArity.OneOrMore };

    public static Verb Create() =>
        new Verb(
            "run",
            "Start a program as a workload of the mesh",
            VerbGroup.Attach,
            "weft run --service web --port 8080 -- python3 -m http.server 8080",
            "weft run --service cart -n shop --port 8080:grpc --label version=v2 -- ./cart",
            "weft run --service web --no-root --port 8080 --to cart:8080 -- ./web  # no root: uses PORT and CART_URL")
        {
            Details = "As root the program gets a network namespace of its own and calls others by their names. Without root it listens on $PORT and finds each --to service at $NAME_URL "
                + "and $NAME_ADDR. When it ends, its proxy, namespace and rules go with it.",
        }.With(
            AttachOptions.Service, AttachOptions.Workload, AttachOptions.Ports, AttachOptions.Labels, To, Environment, AttachOptions.Health, User, Detach, Drain, NoRoot,
            AttachOptions.Control, AttachOptions.Address, AttachOptions.Dns, AttachOptions.Proxy, CommonOptions.Namespace, Command).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        HostContext host = HostContext.FromEnvironment();
        WorkloadPlan plan = AttachOptions.ReadPlan(run, host, transparent: Native.IsRoot && !run.Get(NoRoot)) with
        {
            Command = run.Get(Command)!,
            Environment = AttachOptions.ReadPairs("--env", run.Get(Environment)),
            Upstreams = [.. (run.Get(To) ?? []).Select(Upstream.Parse)],
            User = run.Get(User),
        };
        if (run.Get(Detach))
        {
            return await DetachAsync(run, host, plan, cancel);
        }

        using ApiClient api = run.OpenApi();
        using RunningWorkload workload = await new WorkloadRunner(host).StartAsync(plan, AttachOptions.TokensFor(api, plan), cancel);
        run.Detail($"{plan.FullName} is in the mesh at {workload.Record.Address}");
        try
        {
            return await AttendAsync(workload, run.Get(Drain), cancel);
        }
        finally
        {
            await workload.StopAsync(ProxyGrace);
            await host.Run.RemoveIfUnusedAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits for the program's end and hands signals on. SIGTERM first takes the workload out of the mesh, so that nobody is still calling it when it gets the signal.</summary>
    private static async Task<int> AttendAsync(RunningWorkload workload, TimeSpan drain, CancellationToken cancel)
    {
        using var forwarding = new SignalForwarding(workload);
        Task ended = workload.WaitForExitAsync(CancellationToken.None);
        Task asked = Task.Delay(Timeout.Infinite, cancel);
        if (await Task.WhenAny(ended, asked) != ended)
        {
            if (forwarding.Last == PosixSignal.SIGTERM)
            {
                await Task.WhenAny(ended, workload.DrainAsync(drain, CancellationToken.None));
            }

            await workload.StopAsync(ProxyGrace);
        }

        await ended;
        return workload.ExitCode;
    }

    /// <summary>The same command once more, in a session of its own and without the option; this one ends when that one's workload is there.</summary>
    private static async Task<int> DetachAsync(CommandRun run, HostContext host, WorkloadPlan plan, CancellationToken cancel)
    {
        host.Run.Ensure();
        string[] arguments = System.Environment.GetCommandLineArgs()[1..];
        int end = Array.IndexOf(arguments, "--");
        IEnumerable<string> options = arguments.Take(end < 0 ? arguments.Length : end).Where(a => a is not ("--detach" or "-d"));
        IEnumerable<string> name = run.Get(AttachOptions.Workload) is null ? ["--name", plan.Workload] : [];
        string log = host.Run.LogOf(plan.Id, "app");
        using Process process = ChildProcess.Start(
            ChildProcess.Detached([System.Environment.ProcessPath!, .. options, .. name, .. end < 0 ? [] : arguments[end..]], log, keepOutput: false), host.Run, host.Names.ToEnvironment());
        while (host.Run.TryLoad(plan.Id) is not { Phase: WorkloadRecord.Ready })
        {
            if (process.HasExited)
            {
                string output = File.Exists(log) ? await File.ReadAllTextAsync(log, cancel) : "";
                await run.Host.Error.WriteAsync(output);
                host.Run.Forget(plan.Id);
                return process.ExitCode == ExitCode.Ok ? ExitCode.Ok : process.ExitCode;
            }

            await Task.Delay(20, cancel);
        }

        run.Steps.Done($"{plan.FullName} runs", $"log {log}");
        run.Say($"end it with: weft leave {plan.FullName}");
        return ExitCode.Ok;
    }
}
