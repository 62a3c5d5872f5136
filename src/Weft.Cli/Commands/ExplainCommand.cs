using System.CommandLine;
using Weft.Cli.Errors;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft explain</c>: a code in prose. Works offline.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Code = new("CODE") { Description = "A code as errors, logs and the x-weft-reason field show it: WF2103", HelpName = "CODE" };

    public static Verb Create()
    {
        return new Verb("explain", "Explain an error code: what it means, why, and what to do", VerbGroup.Help, "weft explain WF2103", "weft explain wf0010 -o json")
        {
            Formats = [OutputFormat.Table, OutputFormat.Json, OutputFormat.Yaml],
            Details = "Ranges: WF0xxx command line, WF1xxx checks and host, WF2xxx configuration, WF3xxx identity, WF4xxx traffic, WF5xxx policy, WF9xxx internal.",
        }.With(Code).Does(Run);
    }

    private static Task<int> Run(CommandRun run, CancellationToken cancel)
    {
        var code = run.Get(Code)!;
        var entry = ErrorCatalogue.Find(code) ?? throw Unknown(code);
        if (run.Output.IsTable)
        {
            run.Output.Line($"{run.OutStyle.Paint(Tone.Strong, entry.Code)}: {entry.Title}");
            run.Output.Line("");
            run.Output.Line(entry.Meaning);
            run.Output.Line("");
            run.Output.Line("What to do: " + entry.Remedy);
        }
        else
        {
            run.Output.Write(entry, CliJson.Default.ErrorEntry, () => new TextTable());
        }

        return Task.FromResult(ExitCode.Ok);
    }

    private static CliException Unknown(string code)
    {
        var near = Nearest.Of(code, ErrorCatalogue.All.Select(e => e.Code));
        return new CliException(ExitCode.NotFound, new Finding
        {
            Code = "WF0018",
            Message = $"there is no code \"{code}\"",
            Near = near is null ? null : $"\"{near}\"",
            Fixes = ["write it as WF and four digits: weft explain WF2103"],
        });
    }
}
