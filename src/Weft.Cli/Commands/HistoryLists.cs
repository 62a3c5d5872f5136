using System.Globalization;
using Weft.Cli.Api;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>What happened: commits and the audit log, newest first.</summary>
internal static class HistoryLists
{
    public static async Task WriteCommitsAsync(CommandRun run, ApiClient api, ObjectReference reference, CancellationToken cancel)
    {
        IReadOnlyList<CommitResult> commits;
        if (reference.Name is { } text)
        {
            commits = [await api.CommitAsync(Number(text), cancel)];
        }
        else
        {
            commits = [.. (await api.CommitsAsync(cancel)).OrderByDescending(c => c.Commit)];
        }

        GetCommand.SayIfEmpty(run, commits.Count, "commits", null);
        if (commits.Count > 0 || !run.Output.IsTable)
        {
            run.Output.Write(new CommitListDocument { Items = commits }, CliJson.Default.CommitListDocument, () => Commits(commits), () => commits.Select(c => $"Commit/{c.Commit}"));
        }
    }

    public static async Task WriteAuditAsync(CommandRun run, ApiClient api, CancellationToken cancel)
    {
        IReadOnlyList<AuditItem> items = [.. (await api.AuditAsync(cancel)).OrderByDescending(i => i.Id)];
        GetCommand.SayIfEmpty(run, items.Count, "audit records", null);
        if (items.Count > 0 || !run.Output.IsTable)
        {
            run.Output.Write(new AuditListDocument { Items = items }, CliJson.Default.AuditListDocument, () => Audit(items), () => items.Select(i => $"Audit/{i.Id}"));
        }
    }

    public static long Number(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw CliException.Of(ExitCode.Usage, "WF0003", $"\"{text}\" is no commit number", null, "weft get commits lists them");

    private static TextTable Commits(IReadOnlyList<CommitResult> commits)
    {
        var table = new TextTable(
            new Column("COMMIT", Right: true), new Column("WHEN"), new Column("AUTHOR"), new Column("CHANGES"), new Column("MESSAGE"), new Column("HASH", Wide: true));
        foreach (var commit in commits)
        {
            table.Add(Units.Count(commit.Commit), Units.Timestamp(commit.At), commit.Author, CommitOutput.Summary(commit), commit.Message, commit.Hash);
        }

        return table;
    }

    private static TextTable Audit(IReadOnlyList<AuditItem> items)
    {
        var table = new TextTable(new Column("ID", Right: true), new Column("WHEN"), new Column("ACTOR"), new Column("ACTION"), new Column("OUTCOME"), new Column("DETAIL"));
        foreach (var item in items)
        {
            table.Add(Units.Count(item.Id), Units.Timestamp(item.At), item.Actor, item.Action, item.Outcome, item.Detail);
        }

        return table;
    }
}
