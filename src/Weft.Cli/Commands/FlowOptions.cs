using System.CommandLine;
using Weft.Contracts.Flow;

namespace Weft.Cli.Commands;

/// <summary>What <c>tap</c>, <c>logs</c> and <c>trace</c> take alike: a filter, read here so that a mistake is shown with its column before anything is sent.</summary>
internal static class FlowOptions
{
    public static Argument<string?> Filter { get; } = new("FILTER")
    {
        Description = "Only exchanges for which this holds (weft help filters)",
        HelpName = "FILTER",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The filter given, narrowed to a namespace if one was.</summary>
    public static string Read(CommandRun run)
    {
        var given = run.Get(Filter) ?? "";
        Check(given);
        var ns = run.AllNamespaces ? null : run.GivenNamespace;
        if (ns is null)
        {
            return given;
        }

        var inside = $"(source.namespace == \"{ns}\" or destination.namespace == \"{ns}\")";
        return given.Length == 0 ? inside : $"({given}) and {inside}";
    }

    /// <summary>Throws a usage error with the place of the mistake.</summary>
    public static void Check(string filter) => Check(filter, FilterSchema.Flows);

    /// <summary>The same, over fields of one's own.</summary>
    public static void Check(string filter, FilterSchema schema)
    {
        if (filter.Length > 0 && !Contracts.Flow.Filter.TryParse(filter, schema, out _, out var error))
        {
            throw CliException.Of(
                ExitCode.Usage, "WF0003", $"the filter \"{filter}\" is not understood: {error}", null, "see weft help filters; put the whole filter in quotes for your shell");
        }
    }
}
