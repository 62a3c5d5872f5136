using System.CommandLine;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary><c>weft undo</c>: a new commit that takes back what an earlier one changed. Undoing an undo brings the change back.</summary>
internal static class UndoCommand
{
    private static readonly Argument<long?> Number = new("COMMIT") { Description = "Commit to take back (default: the newest)", HelpName = "COMMIT", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Return when every affected proxy runs it" };

    public static Verb Create()
    {
        return new Verb("undo", "Take back the newest commit, or the one named", VerbGroup.Configure, "weft undo", "weft undo 12 --wait")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name],
            Details = "Nothing is erased: the undo is a commit of its own, and can be undone.",
        }.With(Number, Wait, CommonOptions.Timeout).Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        var number = run.Get(Number);
        if (number is null)
        {
            var commits = await api.CommitsAsync(cancel);
            if (commits.Count == 0)
            {
                throw CliException.Of(ExitCode.NotFound, "WF0012", "there is no commit to undo");
            }

            number = commits.Max(c => c.Commit);
        }

        var commit = await api.RevertAsync(number.Value, cancel);
        if (run.Format is OutputFormat.Table)
        {
            run.Say($"commit {commit.Commit} takes back commit {number}");
        }

        if (!run.Get(Wait))
        {
            CommitOutput.Write(run, commit);
            return ExitCode.Ok;
        }

        var rollout = await RolloutWait.RunAsync(run, api, commit.Commit, cancel);
        CommitOutput.Write(run, commit, rollout);
        return RolloutWait.Report(run, rollout);
    }
}
