namespace Weft.Cli;

/// <summary>Asks before something is removed: on a terminal by a question, elsewhere only <c>-y</c> will do.</summary>
internal static class Confirmation
{
    /// <summary>Returns when the user agrees. The plan has been printed before.</summary>
    /// <param name="run">The verb's run, which has the <c>-y</c> option.</param>
    /// <param name="question">Without the question mark: "Delete 2 resources".</param>
    public static void Ask(CommandRun run, string question)
    {
        if (run.Get(CommonOptions.Yes))
        {
            return;
        }

        if (!run.CanAsk)
        {
            throw CliException.Of(ExitCode.Usage, "WF0004", $"{question}? There is nobody to ask", "standard input is no terminal, or --no-input was given", "run it again with -y");
        }

        run.Host.Error.Write($"{question}? [y/N] ");
        var answer = run.Host.In.ReadLine()?.Trim();
        if (answer is not ("y" or "Y" or "yes"))
        {
            throw CliException.Of(ExitCode.Negative, "WF0019", "nothing was changed", "the question was not answered with y");
        }
    }
}
