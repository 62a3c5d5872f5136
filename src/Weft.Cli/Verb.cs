using System.CommandLine;
using Weft.Cli.Commands;

namespace Weft.Cli;

/// <summary>One verb of the command line: its one-line summary, real examples, and what it does. A verb without a body is a parent
/// that prints its help.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string summary, VerbGroup group, params IReadOnlyList<string> examples)
        : base(name, summary)
    {
        Group = group;
        Examples = examples;
    }

    public VerbGroup Group { get; }

    /// <summary>Complete command lines that work as they stand, each with an optional "  # comment".</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>A few more sentences for the reference pages; not part of <c>--help</c>, which stays within a screen.</summary>
    public string Details { get; init; } = "";

    /// <summary>Formats that <c>-o</c> takes here; the first one is the default.</summary>
    public IReadOnlyList<OutputFormat> Formats { get; init; } = [];

    /// <summary>Hands every argument after the verb on unseen, its own <c>--help</c> too.</summary>
    public bool PassesArgumentsOn { get; init; }

    public Func<CommandRun, CancellationToken, Task<int>>? Body { get; private set; }

    /// <summary>Sets what the verb does; it returns the exit code (<see cref="ExitCode"/>) or throws <see cref="CliException"/>.</summary>
    public Verb Does(Func<CommandRun, CancellationToken, Task<int>> body)
    {
        Body = body;
        return this;
    }

    /// <summary>Where the dashboard shows the same: the verb then takes <c>--url</c>, which prints that instead. To be called after <see cref="Does"/>.</summary>
    /// <param name="path">Path and query below the page's address.</param>
    public Verb ShownAt(Func<CommandRun, string> path)
    {
        var body = Body ?? throw new InvalidOperationException("a verb without a body shows nothing");
        Add(CommonOptions.Url);
        Body = (run, cancel) => run.Get(CommonOptions.Url) ? PagePath.PrintAsync(run, path(run), cancel) : body(run, cancel);
        return this;
    }

    public Verb With(params IReadOnlyList<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Option option:
                    Add(option);
                    break;
                case Argument argument:
                    Add(argument);
                    break;
                case Command command:
                    Add(command);
                    break;
                default:
                    throw new ArgumentException($"{symbol.GetType().Name} cannot be part of a verb", nameof(symbols));
            }
        }

        return this;
    }
}
