using System.CommandLine;
using Weft.Cli.Completion;
using Weft.Cli.Errors;

namespace Weft.Cli.Commands;

/// <summary><c>weft completion</c>: the script that a shell loads.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh or fish", HelpName = "SHELL" };

    public static Verb Create(Verb root)
    {
        return new Verb(
            "completion",
            "Print the completion script of a shell",
            VerbGroup.Help,
            "weft completion bash > /etc/bash_completion.d/weft",
            "source <(weft completion zsh)",
            "weft completion fish > ~/.config/fish/completions/weft.fish")
        {
            Details = "The script knows the words by itself and asks weft only for live names (namespaces, services, workloads), with a budget of 200 ms.",
        }.With(Shell).Does((run, _) =>
        {
            var shell = run.Get(Shell)!;
            run.Host.Out.Write(shell switch
            {
                "bash" => ShellScripts.Bash(root),
                "zsh" => ShellScripts.Zsh(root),
                "fish" => ShellScripts.Fish(root),
                _ => throw CliException.Of(ExitCode.Usage, "WF0003", $"there is no completion for \"{shell}\"", null, $"use one of: bash, zsh, fish{(Nearest.Of(shell, ["bash", "zsh", "fish"]) is { } near ? $" (did you mean {near}?)" : "")}"),
            });
            return Task.FromResult(ExitCode.Ok);
        });
    }
}
