using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft diff</c>: what <c>apply</c> would change, as a unified diff of canonical YAML.</summary>
internal static class DiffCommand
{
    public static Verb Create()
    {
        return new Verb("diff", "Show what apply would change; exit 1 when anything would", VerbGroup.Configure, "weft diff -f shop.yaml", "weft diff -f deploy/ -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml, OutputFormat.Name],
            Details = "The files are checked by the control plane exactly as apply would. Both sides are canonical YAML, so order of keys, comments and quoting make no difference.",
        }.With(ApplyCommand.Files, CommonOptions.Namespace).Does(RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        var documents = await SourceLoader.LoadAsync(run.Host, run.Get(ApplyCommand.Files) ?? [], cancel);
        using var api = run.OpenApi();
        var commit = await api.CommitAsync(new CommitRequest { Documents = documents, Namespace = run.Namespace, DryRun = true }, cancel);
        var changed = commit.Changes.Where(c => c.Action != "unchanged").ToList();
        if (!run.Output.IsTable)
        {
            CommitOutput.Write(run, commit with { Changes = changed });
            return changed.Count > 0 ? ExitCode.Negative : ExitCode.Ok;
        }

        run.Errors.Print(commit.Warnings);
        foreach (var change in changed)
        {
            var name = CommitOutput.Name(change.Kind, change.Namespace, change.Name);
            foreach (var line in UnifiedDiff.Lines($"{name} (running)", $"{name} (file)", change.Before ?? "", change.After ?? ""))
            {
                var tone = line.StartsWith("@@", StringComparison.Ordinal) ? Tone.Dim : line[0] switch { '+' => Tone.Good, '-' => Tone.Bad, _ => Tone.None };
                run.Output.Line(run.OutStyle.Paint(tone, TextWidth.Safe(line, keepLines: true)));
            }
        }

        return changed.Count > 0 ? ExitCode.Negative : ExitCode.Ok;
    }
}
