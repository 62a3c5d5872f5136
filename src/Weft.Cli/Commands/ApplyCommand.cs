using System.CommandLine;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft apply</c>: the whole set is one commit, or nothing changes.</summary>
internal static class ApplyCommand
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Check and show what would change; change nothing" };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Return when every affected proxy runs it" };
    private static readonly Option<string?> Message = new("--message", "-m") { Description = "Why, kept with the commit", HelpName = "TEXT" };

    public static Option<string[]> Files { get; } = new("--filename", "-f")
    {
        Description = "File, folder, or - for standard input; may be repeated",
        HelpName = "PATH",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    public static Verb Create()
    {
        return new Verb(
            "apply",
            "Make the mesh as the files say, all of them as one commit",
            VerbGroup.Configure,
            "weft apply -f shop.yaml",
            "weft apply -f deploy/ --wait -m \"canary at 10 %\"",
            "weft apply -f deploy/ --dry-run",
            "cat route.yaml | weft apply -f -")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name],
            Details = "Every mistake in every file is reported at once, with file, line and column, and then nothing is changed (exit 65). "
                + "Applying the same files again says unchanged. With --wait the exit code is 3 when a proxy refused the commit and 7 when the time was over.",
        }.With(Files, DryRun, Wait, CommonOptions.Timeout, Message, CommonOptions.Namespace).Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var documents = await SourceLoader.LoadAsync(run.Host, run.Get(Files) ?? [], cancel);
        using var api = run.OpenApi();
        var commit = await api.CommitAsync(
            new CommitRequest { Documents = documents, Namespace = run.Namespace, DryRun = run.Get(DryRun), Message = run.Get(Message) },
            cancel);
        if (run.Get(DryRun) || !run.Get(Wait))
        {
            CommitOutput.Write(run, commit);
            if (!run.Get(DryRun) && commit.Changes.Any(c => c.Action != "unchanged") && run.Output.IsTable)
            {
                run.Say($"commit {commit.Commit}");
            }

            return ExitCode.Ok;
        }

        // The changes are shown before the wait, so that a long one is not silent; JSON is one document and comes at the end.
        if (run.Format is OutputFormat.Table or OutputFormat.Name)
        {
            CommitOutput.Write(run, commit);
            await run.Host.Out.FlushAsync(cancel);
        }

        var rollout = await RolloutWait.RunAsync(run, api, commit.Commit, cancel);
        if (run.Format is not (OutputFormat.Table or OutputFormat.Name))
        {
            CommitOutput.Write(run, commit, rollout);
        }

        return RolloutWait.Report(run, rollout);
    }
}
