using System.CommandLine;
using System.Globalization;
using Weft.Cli.Errors;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft help</c>: the same as <c>--help</c>, and topics that belong to no single verb.</summary>
internal static class HelpCommand
{
    private static readonly Argument<string[]> Words = new("TOPIC") { Description = "A command or a topic", HelpName = "TOPIC", Arity = ArgumentArity.ZeroOrMore };

    public static Verb Create(Verb root)
    {
        return new Verb("help", "Help on a command or a topic", VerbGroup.Help, "weft help topics", "weft help exit-codes", "weft help token create")
            .With(Words).Does((run, _) => Task.FromResult(Run(root, run)));
    }

    private static int Run(Verb root, CommandRun run)
    {
        var words = run.Get(Words) ?? [];
        if (words.Length == 0)
        {
            HelpText.Write(root, root, run.Host.Out);
            return ExitCode.Ok;
        }

        switch (words[0])
        {
            case "exit-codes":
                WriteExitCodes(run);
                return ExitCode.Ok;
            case "topics":
                run.Output.Table(TopicTable());
                return ExitCode.Ok;
        }

        if (HelpTopics.All.FirstOrDefault(t => t.Name == words[0]) is { } topic)
        {
            run.Output.Line(topic.Text);
            return ExitCode.Ok;
        }

        HelpText.Write(root, FindVerb(root, words), run.Host.Out);
        return ExitCode.Ok;
    }

    private static Verb FindVerb(Verb root, string[] words)
    {
        var verb = root;
        foreach (var word in words)
        {
            verb = verb.Subcommands.OfType<Verb>().FirstOrDefault(v => v.Name == word) ?? throw Unknown(root, string.Join(' ', words));
        }

        return verb;
    }

    private static CliException Unknown(Verb root, string words)
    {
        var near = Nearest.Of(words, root.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).Concat(HelpTopics.All.Select(t => t.Name)).Append("exit-codes"));
        return new CliException(ExitCode.Usage, new Finding
        {
            Code = "WF0001",
            Message = $"there is no command or topic \"{words}\"",
            Fixes = [near is null ? "see weft help topics" : $"did you mean: weft help {near}"],
        });
    }

    private static void WriteExitCodes(CommandRun run)
    {
        var table = new TextTable(new Column("CODE", Right: true), new Column("MEANING"));
        foreach (var (code, meaning) in ExitCode.Table)
        {
            table.Add(code.ToString(CultureInfo.InvariantCulture), meaning);
        }

        run.Output.Table(table);
    }

    private static TextTable TopicTable()
    {
        var table = new TextTable(new Column("TOPIC"), new Column("ABOUT"));
        table.Add("exit-codes", "what the process answers to its caller");
        foreach (var topic in HelpTopics.All)
        {
            table.Add(topic.Name, topic.About);
        }

        return table;
    }
}
