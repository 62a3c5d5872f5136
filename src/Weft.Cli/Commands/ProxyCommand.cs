using System.CommandLine;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft proxy …</c>: commands that a proxy takes over its session.</summary>
internal static class ProxyCommand
{
    private static readonly Argument<string> Workload = new("WORKLOAD") { Description = "Workload: cart-1 or shop/cart-1", HelpName = "WORKLOAD" };

    private static readonly Argument<string> Level = new("LEVEL") { Description = "What is told, and what is worse than it: info, warn or error", HelpName = "info|warn|error" };

    public static Verb Create()
    {
        var drain = new Verb("drain", "Send no new traffic to a workload; what is running ends in peace", VerbGroup.Operate, "weft proxy drain shop/cart-1", "weft proxy drain cart-1 -n shop -y")
        {
            Details = "Callers learn first, then the proxy closes its connections one by one. The workload stays in the mesh until it is stopped or started anew.",
        }.With(Workload, CommonOptions.Namespace, CommonOptions.Yes).Does(DrainAsync);
        var dump = new Verb("dump", "Show the configuration that a proxy runs", VerbGroup.Operate, "weft proxy dump shop/cart-1", "weft proxy dump cart-1 -n shop")
        {
            Details = "The text comes from the proxy itself, not from what the control plane believes.",
        }.With(Workload, CommonOptions.Namespace).Does(DumpAsync);
        var renew = new Verb("renew", "Let a proxy ask for a new certificate now", VerbGroup.Operate, "weft proxy renew shop/cart-1", "weft proxy renew cart-1 -n shop")
        {
            Details = "Certificates are renewed by themselves at half of their life. Open connections keep the one that they began with.",
        }.With(Workload, CommonOptions.Namespace).Does((run, cancel) => TellAsync(run, "renew", null, cancel));
        var level = new Verb("log-level", "Set what a proxy tells in its own log", VerbGroup.Operate, "weft proxy log-level shop/cart-1 warn", "weft proxy log-level cart-1 info -n shop")
        {
            Details = "Until the proxy starts anew, which begins with info. Requests are not in this log; see weft logs, and --access-log of the proxy.",
        }.With(Workload, Level, CommonOptions.Namespace).Does((run, cancel) => TellAsync(run, "log-level", LevelOf(run), cancel));
        return new Verb("proxy", "Drain or upgrade a proxy, dump what it runs, renew its certificate, set its log", VerbGroup.Operate, "weft proxy dump shop/cart-1", "weft proxy upgrade --all")
            .With(drain, dump, renew, level, ProxyUpgradeCommand.Create());
    }

    private static async Task<int> DrainAsync(CommandRun run, CancellationToken cancel)
    {
        var (ns, name) = Target(run);
        run.Say($"will drain {ns}/{name}: it gets no new traffic");
        Confirmation.Ask(run, $"Drain {ns}/{name}");
        var answer = await SendAsync(run, ns, name, "drain", cancel);
        run.Steps.Done($"{ns}/{name} drains", answer.Text);
        return ExitCode.Ok;
    }

    private static async Task<int> TellAsync(CommandRun run, string verb, string? level, CancellationToken cancel)
    {
        var (ns, name) = Target(run);
        var answer = await SendAsync(run, ns, name, verb, cancel, level);
        run.Steps.Done($"{ns}/{name}", answer.Text);
        return ExitCode.Ok;
    }

    private static string LevelOf(CommandRun run)
    {
        var text = run.Get(Level)!;
        return text is "info" or "warn" or "error" ? text : throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{text}\" is no level", null, "write info, warn or error");
    }

    private static async Task<int> DumpAsync(CommandRun run, CancellationToken cancel)
    {
        var (ns, name) = Target(run);
        var answer = await SendAsync(run, ns, name, "dump", cancel);
        run.Output.Line(TextWidth.Safe(answer.Text.TrimEnd('\n'), keepLines: true));
        return ExitCode.Ok;
    }

    private static async Task<TextResult> SendAsync(CommandRun run, string ns, string name, string verb, CancellationToken cancel, string? level = null)
    {
        using var api = run.OpenApi();
        return await api.ProxyCommandAsync(ns, name, verb, level, cancel);
    }

    private static (string Namespace, string Name) Target(CommandRun run)
    {
        var text = run.Get(Workload)!;
        var parts = (text.StartsWith("workload/", StringComparison.Ordinal) ? text["workload/".Length..] : text).Split('/');
        return parts switch
        {
            [{ Length: > 0 } name] => (run.Namespace, name),
            [{ Length: > 0 } ns, { Length: > 0 } name] => (ns, name),
            _ => throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{text}\" is no workload", null, "write cart-1 or shop/cart-1"),
        };
    }
}
