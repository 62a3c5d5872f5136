using System.Globalization;
using System.Text;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>A call graph in the languages of programs that draw: DOT (Graphviz) and Mermaid's flowchart.</summary>
internal static class GraphText
{
    /// <summary>Edges that fail more often are drawn in red.</summary>
    private const double FailuresShown = 0.01;

    /// <summary>One box a namespace.</summary>
    public static string Dot(Topology topology)
    {
        var text = new StringBuilder("digraph mesh {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
        foreach (var group in topology.Nodes.GroupBy(n => n.Namespace).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var inside = group.Key.Length > 0;
            if (inside)
            {
                text.Append(CultureInfo.InvariantCulture, $"  subgraph {Quote("cluster_" + group.Key)} {{\n    label={Quote(group.Key)};\n");
            }

            foreach (var node in group.OrderBy(n => n.Id, StringComparer.Ordinal))
            {
                var shape = node.Kind == "service" ? "" : ", style=dotted";
                text.Append(CultureInfo.InvariantCulture, $"{(inside ? "    " : "  ")}{Quote(node.Id)} [label={Quote(NameOf(node))}{shape}];\n");
            }

            text.Append(inside ? "  }\n" : "");
        }

        foreach (var edge in Ordered(topology))
        {
            var look = (IsFailing(edge) ? ", color=red" : "") + (edge.MutualTls < 1 ? ", style=dashed" : "");
            text.Append(CultureInfo.InvariantCulture, $"  {Quote(edge.Source)} -> {Quote(edge.Destination)} [label={Quote(LabelOf(edge))}{look}];\n");
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>Names have characters that Mermaid's identifiers must not have, so nodes are numbered.</summary>
    public static string Mermaid(Topology topology)
    {
        var text = new StringBuilder("flowchart LR\n");
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in topology.Nodes.OrderBy(n => n.Id, StringComparer.Ordinal))
        {
            numbers.Add(node.Id, numbers.Count);
            text.Append(CultureInfo.InvariantCulture, $"  n{numbers[node.Id]}[{MermaidQuote(node.Id)}]\n");
        }

        var edges = Ordered(topology).Where(e => numbers.ContainsKey(e.Source) && numbers.ContainsKey(e.Destination)).ToList();
        foreach (var edge in edges)
        {
            var arrow = edge.MutualTls < 1 ? "-.->" : "-->";
            text.Append(CultureInfo.InvariantCulture, $"  n{numbers[edge.Source]} {arrow}|{MermaidQuote(LabelOf(edge))}| n{numbers[edge.Destination]}\n");
        }

        var failing = string.Join(',', edges.Select((edge, i) => (edge, i)).Where(pair => IsFailing(pair.edge)).Select(pair => pair.i));
        return failing.Length == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"  linkStyle {failing} stroke:red\n").ToString();
    }

    internal static IEnumerable<TopologyEdge> Ordered(Topology topology)
        => topology.Edges.OrderBy(e => e.Source, StringComparer.Ordinal).ThenBy(e => e.Destination, StringComparer.Ordinal).ThenBy(e => e.Protocol, StringComparer.Ordinal);

    internal static string NameOf(TopologyNode node) => node.Name.Length > 0 ? node.Name : node.Id;

    internal static bool IsFailing(TopologyEdge edge) => edge.Success is { } success && 1 - success > FailuresShown;

    internal static string LabelOf(TopologyEdge edge)
    {
        var rate = edge.Requests > 0 ? Units.Rate(edge.Rps).Text : $"{edge.Active} open";
        return edge.Success is { } success && success < 1 ? string.Create(CultureInfo.InvariantCulture, $"{rate}, {(1 - success) * 100:0.0}% fail") : rate;
    }

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static string MermaidQuote(string text) => "\"" + text.Replace("\"", "#quot;", StringComparison.Ordinal) + "\"";
}
