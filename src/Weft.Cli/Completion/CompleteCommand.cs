using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Commands;
using Weft.Cli.Errors;

namespace Weft.Cli.Completion;

/// <summary>Hidden: <c>weft __complete WORD…</c> prints live names, one per line, within 200 ms, and never an error.</summary>
internal static class CompleteCommand
{
    /// <summary>A shell waits for this while somebody types.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(200);

    /// <summary>More names help nobody at a prompt.</summary>
    private const int NamesMax = 500;

    private static readonly Argument<string[]> Words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore, CaptureRemainingTokens = true };

    public static Verb Create()
        => new Verb("__complete", "Print live names for a shell", VerbGroup.Hidden) { Hidden = true, PassesArgumentsOn = true }.With(Words).Does(RunAsync);

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        budget.CancelAfter(Budget);
        try
        {
            var names = await NamesAsync(run, run.PassedOn, budget.Token);
            foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(NamesMax))
            {
                run.Output.Line(name);
            }
        }
        catch (Exception e) when (e is CliException or OperationCanceledException)
        {
            // At a prompt silence is the only useful answer.
            return ExitCode.Ok;
        }

        return ExitCode.Ok;
    }

    private static async Task<IEnumerable<string>> NamesAsync(CommandRun run, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var verb = words.Count > 0 ? words[0] : "";
        var current = words.Count > 1 ? words[^1] : "";
        switch (verb)
        {
            case "--context":
                return CliConfig.Load(run.Host).Names;
            case "-n" or "--namespace":
                return (await ServicesAsync(run, cancel)).Select(s => s.Namespace);
            case "--service":
                return (await ServicesAsync(run, cancel)).Select(s => s.Name);
            case "proxy":
                return await WorkloadsAsync(run, cancel);
            case "explain":
                return ErrorCatalogue.All.Select(e => e.Code);
            case "help":
                return HelpTopics.All.Select(t => t.Name).Concat(["exit-codes", "topics"]);
            case "completion":
                return ["bash", "zsh", "fish"];
            case "stat":
                return (await ServicesAsync(run, cancel)).Select(s => $"svc/{s.Namespace}/{s.Name}");
            case "get" or "describe" or "delete":
                return await ObjectsAsync(run, current, cancel);
            default:
                return [];
        }
    }

    private static async Task<IEnumerable<string>> ObjectsAsync(CommandRun run, string current, CancellationToken cancel)
    {
        var slash = current.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return ObjectType.ShortNames.Append("svc").Select(n => n + "/");
        }

        var word = current[..slash];
        var type = ObjectType.Find(word);
        using var api = run.OpenApi();
        return type switch
        {
            null => [],
            { View: ObjectView.Services } => (await api.ServicesAsync(cancel)).Select(s => $"{word}/{s.Namespace}/{s.Name}"),
            { View: ObjectView.Workloads } => (await api.StatusAsync(cancel)).Proxies.Select(p => $"{word}/{p.Workload}"),
            { View: ObjectView.Resources } => (await api.ResourcesAsync(type.Kind, null, null, cancel)).Items.Select(i => $"{word}/{i.Namespace}/{i.Name}"),
            { View: ObjectView.Commits } => (await api.CommitsAsync(cancel)).Select(c => $"{word}/{c.Commit}"),
            _ => [],
        };
    }

    private static async Task<IReadOnlyList<Contracts.Api.ServiceItem>> ServicesAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        return await api.ServicesAsync(cancel);
    }

    private static async Task<IEnumerable<string>> WorkloadsAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        return (await api.StatusAsync(cancel)).Proxies.Select(p => p.Workload).Concat(["drain", "dump", "log-level", "renew", "upgrade"]);
    }
}
