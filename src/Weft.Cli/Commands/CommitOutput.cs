using Weft.Contracts.Api;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary>What changed, the same for <c>apply</c>, <c>delete</c> and <c>undo</c>: one line per resource, then the commit's number.</summary>
internal static class CommitOutput
{
    public static void Write(CommandRun run, CommitResult commit, RolloutStatus? rollout = null)
    {
        run.Errors.Print(commit.Warnings);
        if (run.Format is OutputFormat.Json or OutputFormat.Yaml)
        {
            run.Output.Write(new ApplyDocument { Commit = commit, Rollout = rollout }, CliJson.Default.ApplyDocument, () => new TextTable());
            return;
        }

        foreach (var change in commit.Changes)
        {
            var name = Name(change.Kind, change.Namespace, change.Name);
            var tone = change.Action switch { "created" or "configured" => Tone.Good, "deleted" => Tone.Warning, _ => Tone.Dim };
            run.Output.Line(run.Format == OutputFormat.Name ? name : $"{name} {run.OutStyle.Paint(tone, change.Action)}{(commit.DryRun ? " (dry run)" : "")}");
        }
    }

    /// <summary>"HTTPRoute/shop/cart", the form in which every list and message names a resource.</summary>
    public static string Name(string kind, string ns, string name) => ns.Length == 0 ? $"{kind}/{name}" : $"{kind}/{ns}/{name}";

    /// <summary>"2 created, 1 unchanged".</summary>
    public static string Summary(CommitResult commit)
    {
        var counts = commit.Changes.GroupBy(c => c.Action, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        return commit.Changes.Count == 0 ? "nothing" : string.Join(", ", counts);
    }
}
