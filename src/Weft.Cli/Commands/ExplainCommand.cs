using System.CommandLine;
using Weft.Cli.Errors;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft explain</c>: a code in prose, offline; or what became of one request, as <c>weft why</c> tells it.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Code = new("CODE|REQUEST-ID")
    {
        Description = "A code as errors, logs and the x-weft-reason field show it, or the id of a request (x-request-id)",
        HelpName = "CODE|REQUEST-ID",
    };

    public static Verb Create()
    {
        return new Verb(
            "explain", "Explain an error code or one request: what it means, why, and what to do", VerbGroup.Help,
            "weft explain WF2103", "weft explain wf0010 -o json", "weft explain 3f0c8e3e-1d2c-7b11-9a0f-2f6a1c1d0e5b")
        {
            Formats = [OutputFormat.Table, OutputFormat.Wide, OutputFormat.Json, OutputFormat.Yaml],
            Details = "A code is explained offline; for a request the server is asked, as weft why REQUEST-ID does. Ranges: WF0xxx command line, WF1xxx checks and host, WF2xxx configuration, WF3xxx identity, WF4xxx traffic, WF5xxx policy, WF9xxx internal.",
        }.With(Code).Does(Run);
    }

    private static Task<int> Run(CommandRun run, CancellationToken cancel)
    {
        var code = run.Get(Code)!;
        if (ErrorCatalogue.Find(code) is not { } entry)
        {
            return IsCode(code) ? throw Unknown(code) : WhyCommand.TellRequestAsync(run, code, cancel);
        }

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

    /// <summary>WF with digits, or a name of letters: everything else is an id. An id that looks like a code is what <c>weft why</c> is there for.</summary>
    private static bool IsCode(string text)
        => text.All(static c => char.IsAsciiLetter(c) || c == '_') || (text.StartsWith("WF", StringComparison.OrdinalIgnoreCase) && text.AsSpan(2).IndexOfAnyExceptInRange('0', '9') < 0);

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
