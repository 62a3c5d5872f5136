using System.CommandLine;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary><c>weft graph</c>: who calls whom, as a picture's source or as a document.</summary>
internal static class GraphCommand
{
    private static readonly Option<string?> Filter = new("--filter") { Description = "Only edges of which this holds: 'rps>10 and error>1%'", HelpName = "EXPRESSION" };

    public static Verb Create()
    {
        return new Verb("graph", "Draw the call graph, or write it for Graphviz or Mermaid, or as JSON", VerbGroup.Observe, "weft graph -o svg > mesh.svg", "weft graph | dot -Tpdf > mesh.pdf", "weft graph -n shop -o mermaid", "weft graph --filter 'error>1%' -o json")
        {
            Formats = [OutputFormat.Dot, OutputFormat.Svg, OutputFormat.Mermaid, OutputFormat.Json, OutputFormat.Yaml],
            Details = "Edges carry requests per second, and the share of failures where there are any. Red: more than one exchange in a hundred fails. Dashed: no mutual TLS.",
        }.With(CommonOptions.Namespace, CommonOptions.AllNamespaces, EdgesCommand.Window, Filter).Does(RunAsync).ShownAt(static run => PagePath.Map(run, run.Get(Filter)));
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancel)
    {
        using var api = run.OpenApi();
        var topology = await api.TopologyAsync(EdgesCommand.ReadWindow(run), run.AllNamespaces ? null : run.GivenNamespace, run.Get(Filter), cancel);
        switch (run.Format)
        {
            case OutputFormat.Dot:
                run.Host.Out.Write(GraphText.Dot(topology));
                break;
            case OutputFormat.Svg:
                run.Host.Out.Write(GraphSvg.Of(topology));
                break;
            case OutputFormat.Mermaid:
                run.Host.Out.Write(GraphText.Mermaid(topology));
                break;
            default:
                run.Output.Write(topology, ApiJson.Default.Topology, static () => new TextTable());
                break;
        }

        if (topology.Edges.Count == 0)
        {
            run.Say($"no traffic in the last {Units.Duration(run.Get(EdgesCommand.Window))}");
        }

        return ExitCode.Ok;
    }
}
