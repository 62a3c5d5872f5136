using System.CommandLine;
using Weft.Cli.Commands;
using Weft.Cli.Completion;
using Weft.Cli.Docs;

namespace Weft.Cli;

/// <summary>The whole grammar of <c>weft</c>, one line per verb.</summary>
internal static class CommandTree
{
    public static Verb Build()
    {
        var root = new Verb("weft", "Weft, a service mesh: mutual TLS, routing, access control and figures for programs that know nothing of it", VerbGroup.Start);
        foreach (var option in CommonOptions.Global)
        {
            root.Add(option);
        }

        root.With(
            DemoCommand.Create(),
            DownCommand.Create(),
            RunCommand.Create(),
            EnrollCommand.Create(),
            LeaveCommand.Create(),
            KeepProxyCommand.Create(),
            ServerCommand.Create(),
            TokenCommand.Create(),
            ApplyCommand.Create(),
            DiffCommand.Create(),
            DeleteCommand.Create(),
            UndoCommand.Create(),
            GetCommand.Create(),
            DescribeCommand.Create(),
            StatusCommand.Create(),
            DashboardCommand.Create(),
            StatCommand.Create(),
            TopCommand.Create(),
            TopCommand.CreateRoutes(),
            EdgesCommand.Create(),
            HealthCommand.Create(),
            WhyCommand.Create(),
            TapCommand.Create(),
            LogsCommand.Create(),
            TraceCommand.Create(),
            EventsCommand.Create(),
            GraphCommand.Create(),
            CheckCommand.Create(),
            ProxyCommand.Create(),
            CertsCommand.Create(),
            ExplainCommand.Create(),
            CompletionCommand.Create(root),
            SchemaCommand.Create(),
            HelpCommand.Create(root),
            VersionCommand.Create(),
            CompleteCommand.Create(),
            DocsCommand.Create(root));
        return root;
    }

    /// <summary>The words that lead to a verb: <c>weft token create</c>.</summary>
    public static string PathOf(Verb root, Verb verb)
    {
        var words = new List<string>();
        Symbol? symbol = verb;
        while (symbol is not null && !ReferenceEquals(symbol, root))
        {
            words.Insert(0, symbol.Name);
            symbol = symbol.Parents.FirstOrDefault();
        }

        words.Insert(0, root.Name);
        return string.Join(' ', words);
    }
}
