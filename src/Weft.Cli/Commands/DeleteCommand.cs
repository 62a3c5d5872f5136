using System.CommandLine;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft delete</c>: shows the plan, asks, deletes. What is not there is said and is no error with <c>-f</c>.</summary>
internal static class DeleteCommand
{
    private static readonly Option<string[]> Files = new("--filename", "-f") { Description = "Delete what these files describe", HelpName = "PATH", Arity = ArgumentArity.OneOrMore };

    private static readonly Argument<string[]> Target = new("TYPE/NAME") { Description = "What: httproute/cart, authz/shop/deny-all", HelpName = "TYPE/NAME", Arity = new ArgumentArity(0, 2) };

    public static Verb Create()
    {
        return new Verb("delete", "Delete a resource, or everything that files describe", VerbGroup.Configure, "weft delete httproute/cart -n shop", "weft delete -f deploy/ -y")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name],
            Details = "The plan is printed first. On a terminal the command asks; elsewhere it needs -y. Each deletion is a commit of its own and can be taken back with weft undo.",
        }.With(Target, Files, CommonOptions.Yes, CommonOptions.Namespace).Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var files = run.Get(Files) ?? [];
        var words = run.Get(Target) ?? [];
        if ((files.Length == 0) == (words.Length == 0))
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", "delete needs either TYPE/NAME or -f", null, "weft delete httproute/cart, or weft delete -f FILE");
        }

        using var api = run.OpenApi();
        var targets = files.Length > 0 ? await FromFilesAsync(run, api, files, cancel) : await FromWordsAsync(run, api, words, cancel);
        if (targets.Count == 0)
        {
            run.Say("nothing to delete");
            return ExitCode.Ok;
        }

        foreach (var (kind, ns, name) in targets)
        {
            run.Say($"will delete {CommitOutput.Name(kind, ns, name)}");
        }

        Confirmation.Ask(run, $"Delete {Units.Plural(targets.Count, "resource")}");
        var changes = new List<ResourceChange>();
        var last = new CommitResult();
        foreach (var (kind, ns, name) in targets)
        {
            last = await api.DeleteAsync(kind, ns, name, cancel);
            changes.AddRange(last.Changes);
        }

        CommitOutput.Write(run, last with { Changes = changes });
        return ExitCode.Ok;
    }

    private static async Task<List<(string Kind, string Namespace, string Name)>> FromWordsAsync(CommandRun run, ApiClient api, string[] words, CancellationToken cancel)
    {
        var reference = ObjectReference.Parse(words, nameNeeded: true);
        if (reference.Type.Kind is not { } kind)
        {
            throw CliException.Of(ExitCode.Usage, "WF0003", $"{words[0].Split('/')[0]} cannot be deleted", "it is observed, not written", "weft delete takes kinds of resources");
        }

        var ns = reference.Namespace ?? run.Namespace;
        var found = await api.ResourcesAsync(kind, ns, reference.Name, cancel);
        return found.Items.Count == 0
            ? throw NotFoundErrors.Of(kind, ns, reference.Name!)
            : [.. found.Items.Select(i => (i.Kind, i.Namespace, i.Name))];
    }

    /// <summary>A dry run names what the files describe, by the rules that apply itself follows. Later documents go first: what depends stands below.</summary>
    private static async Task<List<(string Kind, string Namespace, string Name)>> FromFilesAsync(CommandRun run, ApiClient api, string[] files, CancellationToken cancel)
    {
        var documents = await SourceLoader.LoadAsync(run.Host, files, cancel);
        var plan = await api.CommitAsync(new CommitRequest { Documents = documents, Namespace = run.Namespace, DryRun = true }, cancel);
        foreach (var missing in plan.Changes.Where(c => c.Action == "created"))
        {
            run.Say($"{CommitOutput.Name(missing.Kind, missing.Namespace, missing.Name)} is not there");
        }

        return [.. plan.Changes.Where(c => c.Action != "created").Reverse().Select(c => (c.Kind, c.Namespace, c.Name))];
    }
}
