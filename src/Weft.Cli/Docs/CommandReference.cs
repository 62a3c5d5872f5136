using System.CommandLine;
using System.Text;
using Weft.Cli.Commands;
using Weft.Cli.Output;

namespace Weft.Cli.Docs;

/// <summary>The page <c>docs/reference/cli.md</c>, made from the same tree that parses.</summary>
internal static class CommandReference
{
    public static string Write(Verb root)
    {
        var text = new StringBuilder();
        text.Append("# The command line\n\nThis page is generated from the command tree by `weft __docs docs/reference`; do not edit it.\n\n");
        text.Append(root.Description).Append(".\n\n## Flags of every command\n\n");
        WriteOptions(text, root);
        foreach (var verb in Verbs(root))
        {
            WriteVerb(text, root, verb, "##");
        }

        text.Append("## Exit codes\n\nThe same for every command and every `-o`.\n\n| Code | Meaning |\n|---|---|\n");
        foreach (var (code, meaning) in ExitCode.Table)
        {
            text.Append($"| {code} | {meaning} |\n");
        }

        foreach (var topic in HelpTopics.All)
        {
            text.Append($"\n## Topic: {topic.Name}\n\n```text\n{topic.Text}\n```\n");
        }

        return text.ToString();
    }

    private static void WriteVerb(StringBuilder text, Verb root, Verb verb, string heading)
    {
        text.Append($"{heading} {CommandTree.PathOf(root, verb)}\n\n{verb.Description}.\n\n```text\n{HelpText.Usage(root, verb)}\n```\n\n");
        if (verb.Details.Length > 0)
        {
            text.Append(verb.Details).Append("\n\n");
        }

        if (verb.Examples.Count > 0)
        {
            text.Append("```sh\n").AppendJoin('\n', verb.Examples).Append("\n```\n\n");
        }

        var arguments = verb.Arguments.Where(a => !a.Hidden).ToList();
        if (arguments.Count > 0)
        {
            text.Append("| Argument | Meaning |\n|---|---|\n");
            foreach (var argument in arguments)
            {
                text.Append($"| `{HelpText.ArgumentLabel(argument)}` | {Escape(argument.Description)} |\n");
            }

            text.Append('\n');
        }

        WriteOptions(text, verb);
        if (verb.Formats.Count > 1)
        {
            text.Append("Formats of `-o`: ").AppendJoin(", ", verb.Formats.Select(f => $"`{f.ToString().ToLowerInvariant()}`")).Append(".\n\n");
        }

        foreach (var child in Verbs(verb))
        {
            WriteVerb(text, root, child, heading + "#");
        }
    }

    private static void WriteOptions(StringBuilder text, Verb verb)
    {
        var options = verb.Options.Where(o => !o.Hidden).ToList();
        if (options.Count == 0)
        {
            return;
        }

        text.Append("| Flag | Meaning |\n|---|---|\n");
        foreach (var option in options)
        {
            text.Append($"| `{HelpText.OptionLabel(option).Trim()}` | {Escape(option.Description)} |\n");
        }

        text.Append('\n');
    }

    private static IEnumerable<Verb> Verbs(Verb verb) => verb.Subcommands.OfType<Verb>().Where(v => !v.Hidden);

    private static string Escape(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
