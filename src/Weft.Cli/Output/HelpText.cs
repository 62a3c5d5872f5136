using System.CommandLine;

namespace Weft.Cli.Output;

/// <summary>Help within a screen: what it does, real examples, then the flags.</summary>
internal static class HelpText
{
    private static readonly (VerbGroup Group, string Title)[] Groups =
    [
        (VerbGroup.Start, "Start"), (VerbGroup.Attach, "Attach workloads"), (VerbGroup.Configure, "Configure"),
        (VerbGroup.Observe, "Observe"), (VerbGroup.Operate, "Operate"), (VerbGroup.Help, "Help"),
    ];

    public static void Write(Verb root, Verb verb, TextWriter writer)
    {
        writer.WriteLine(verb.Description);
        WriteUsage(root, verb, writer);
        if (ReferenceEquals(root, verb))
        {
            WriteVerbs(root, writer);
            return;
        }

        if (verb.Examples.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Examples:");
            foreach (var example in verb.Examples)
            {
                writer.WriteLine("  " + example);
            }
        }

        WriteRows(writer, "Commands", verb.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description ?? "")));
        WriteRows(writer, "Arguments", verb.Arguments.Where(a => !a.Hidden).Select(a => (ArgumentLabel(a), a.Description ?? "")));
        WriteRows(writer, "Flags", verb.Options.Where(o => !o.Hidden).Select(o => (OptionLabel(o), o.Description ?? "")));
        if (verb.Formats.Count > 1)
        {
            writer.WriteLine();
            writer.WriteLine("Formats (-o): " + string.Join(", ", verb.Formats.Select(f => f.ToString().ToLowerInvariant())));
        }

        writer.WriteLine();
        writer.WriteLine("Flags of every command: weft --help");
    }

    public static string OptionLabel(Option option)
    {
        var shortName = option.Aliases.FirstOrDefault(a => a.Length == 2);
        var value = option.ValueType == typeof(bool) ? "" : " " + (option.HelpName ?? "VALUE");
        return (shortName is null ? "    " : shortName + ", ") + option.Name + value;
    }

    public static string ArgumentLabel(Argument argument)
    {
        var name = (argument.HelpName ?? argument.Name).ToUpperInvariant();
        var many = argument.Arity.MaximumNumberOfValues > 1 ? "..." : "";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}{many}]" : name + many;
    }

    public static string Usage(Verb root, Verb verb)
    {
        var words = new List<string> { CommandTree.PathOf(root, verb) };
        words.AddRange(verb.Subcommands.Any(c => !c.Hidden) ? ["COMMAND"] : verb.Arguments.Where(a => !a.Hidden).Select(ArgumentLabel));
        words.Add("[flags]");
        return string.Join(' ', words);
    }

    private static void WriteUsage(Verb root, Verb verb, TextWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine("Usage: " + Usage(root, verb));
    }

    private static void WriteVerbs(Verb root, TextWriter writer)
    {
        foreach (var (group, title) in Groups)
        {
            WriteRows(writer, title, root.Subcommands.OfType<Verb>().Where(v => v.Group == group && !v.Hidden).Select(v => (v.Name, v.Description ?? "")), 12);
        }

        WriteRows(writer, "Flags of every command", root.Options.Where(o => !o.Hidden).Select(o => (OptionLabel(o), o.Description ?? "")));
    }

    private static void WriteRows(TextWriter writer, string title, IEnumerable<(string Name, string Text)> rows, int width = 0)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        width = Math.Max(width, Math.Min(34, all.Max(r => r.Name.Length)));
        writer.WriteLine();
        writer.WriteLine(title + ":");
        foreach (var (name, text) in all)
        {
            writer.WriteLine($"  {name.PadRight(width)}  {text}".TrimEnd());
        }
    }
}
