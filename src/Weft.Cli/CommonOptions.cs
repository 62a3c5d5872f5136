using System.CommandLine;
using Weft.Cli.Output;

namespace Weft.Cli;

/// <summary>Options that mean the same wherever they appear. The global ones hang on the root; a verb adds the others that it honours.</summary>
internal static class CommonOptions
{
    public static Option<bool> Help { get; } = Flag("--help", "Show this help", "-h");

    public static Option<string?> Format { get; } = new("--output", "-o") { Description = "Format of the answer", HelpName = "FORMAT", Recursive = true };

    public static Option<string?> Context { get; } = new("--context") { Description = "Control plane to talk to, by its name in the configuration file", HelpName = "NAME", Recursive = true };

    public static Option<bool> Quiet { get; } = Flag("--quiet", "Say only what is wrong", "-q");

    public static Option<bool> Verbose { get; } = Flag("--verbose", "Say more about what is done", "-v");

    public static Option<string?> Color { get; } = new("--color") { Description = "Colour: auto, always or never", HelpName = "WHEN", Recursive = true };

    public static Option<bool> NoColor { get; } = Flag("--no-color", "The same as --color=never");

    public static Option<bool> NoInput { get; } = Flag("--no-input", "Never ask; fail where a question would be needed");

    public static Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = "Namespace (default: WEFT_NAMESPACE, else \"default\")", HelpName = "NAME" };

    public static Option<bool> AllNamespaces { get; } = new("--all-namespaces", "-A") { Description = "All namespaces" };

    public static Option<string?> Selector { get; } = new("--selector", "-l") { Description = "Only what carries these labels: key=value[,key=value]", HelpName = "LABELS" };

    public static Option<bool> Watch { get; } = new("--watch", "-w") { Description = "Keep showing, until Ctrl-C" };

    public static Option<bool> Url { get; } = new("--url") { Description = "Print where the dashboard shows the same, instead of showing it here" };

    public static Option<TimeSpan> Timeout { get; } = Duration("--timeout", "Longest time to wait", TimeSpan.FromSeconds(60));

    public static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Do it without asking" };

    public static IReadOnlyList<Option> Global { get; } = [Format, Context, Quiet, Verbose, Color, NoColor, NoInput, Help];

    /// <summary>An option that takes a duration such as <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>.</summary>
    public static Option<TimeSpan> Duration(string name, string description, TimeSpan defaultValue, params string[] aliases)
    {
        return new Option<TimeSpan>(name, aliases)
        {
            Description = $"{description} (default {Units.Duration(defaultValue)})",
            HelpName = "DURATION",
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (DurationText.TryParse(text, out var value))
                {
                    return value;
                }

                result.AddError($"\"{text}\" is no duration for {name}; write 500ms, 30s, 5m or 2h");
                return default;
            },
        };
    }

    private static Option<bool> Flag(string name, string description, params string[] aliases)
        => new(name, aliases) { Description = description, Recursive = true };
}
