using System.Globalization;
using System.Net;
using System.Text;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>A call graph as a picture that needs nothing else: SVG 2 with its own style, for light and dark pages.</summary>
internal static class GraphSvg
{
    private const int BoxWidth = 168;
    private const int BoxHeight = 40;
    private const int ColumnStep = 300;
    private const int RowStep = 62;
    private const int Margin = 24;
    private const int NameMax = 22;

    private const string Style = """
        <style>
        svg{background:#fff;color:#1b1f24;font:13px system-ui,sans-serif}
        .box{fill:#f6f8fa;stroke:#8c959f}.outside{stroke-dasharray:3 3}.sub{fill:#57606a;font-size:11px}text{fill:currentColor}
        .edge{fill:none;stroke:#6e7781;stroke-width:1.4}.plain{stroke-dasharray:6 4}.failing{stroke:#cf222e;stroke-width:2}
        .label{font-size:11px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px}.label.failing{fill:#cf222e;stroke:#fff}
        marker path{fill:#6e7781}#bad path{fill:#cf222e}
        @media(prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}.box{fill:#161b22;stroke:#6e7681}.sub{fill:#9198a1}
        .edge{stroke:#9198a1}.failing{stroke:#ff7b72}.label{stroke:#0d1117}.label.failing{fill:#ff7b72;stroke:#0d1117}marker path{fill:#9198a1}#bad path{fill:#ff7b72}}
        </style>
        """;

    public static string Of(Topology topology)
    {
        List<TopologyNode> nodes = [.. topology.Nodes.OrderBy(static n => n.Id, StringComparer.Ordinal)];
        var numbers = nodes.Select(static (node, i) => (node.Id, i)).ToDictionary(static pair => pair.Id, static pair => pair.i, StringComparer.Ordinal);
        List<TopologyEdge> edges = [.. GraphText.Ordered(topology).Where(e => numbers.ContainsKey(e.Source) && numbers.ContainsKey(e.Destination))];
        GraphLayout layout = new(nodes.Count, [.. edges.Select(e => (numbers[e.Source], numbers[e.Destination]))]);
        var rows = Math.Max(1, layout.Places.Select(static column => column.Count).DefaultIfEmpty(1).Max());
        var width = (2 * Margin) + BoxWidth + (Math.Max(0, layout.Places.Count - 1) * ColumnStep);
        var height = (2 * Margin) + (rows * RowStep);
        var at = Middles(layout, height);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<title>{nodes.Count} services, {edges.Count} edges</title>\n{Style}\n<defs>{Arrow("arrow")}{Arrow("bad")}</defs>\n");
        for (var i = 0; i < edges.Count; i++)
        {
            AddEdge(text, edges[i], layout.Chains[i], at, at[numbers[edges[i].Source]]);
        }

        for (var i = 0; i < nodes.Count; i++)
        {
            AddNode(text, nodes[i], at[i]);
        }

        return text.Append("</svg>\n").ToString();
    }

    /// <summary>The middle of each place.</summary>
    private static (double X, double Y)[] Middles(GraphLayout layout, int height)
    {
        var at = new (double, double)[layout.Places.Sum(static column => column.Count)];
        for (var column = 0; column < layout.Places.Count; column++)
        {
            var places = layout.Places[column];
            for (var i = 0; i < places.Count; i++)
            {
                at[places[i]] = (Margin + (BoxWidth / 2) + (column * ColumnStep), Margin + ((i + 0.5) * (height - (2 * Margin)) / places.Count));
            }
        }

        return at;
    }

    private static void AddNode(StringBuilder text, TopologyNode node, (double X, double Y) at)
    {
        var outside = node.Kind == "service" ? "" : " outside";
        text.Append(CultureInfo.InvariantCulture, $"<g><title>{Escape(node.Id)}</title><rect class=\"box{outside}\" x=\"{Number(at.X - (BoxWidth / 2))}\" y=\"{Number(at.Y - (BoxHeight / 2))}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"6\"/>");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Number(at.X - (BoxWidth / 2) + 10)}\" y=\"{Number(at.Y - 2)}\">{Escape(Cut(GraphText.NameOf(node)))}</text>");
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"sub\" x=\"{Number(at.X - (BoxWidth / 2) + 10)}\" y=\"{Number(at.Y + 13)}\">{Escape(Cut(node.Namespace.Length > 0 ? node.Namespace : node.Kind))}</text></g>\n");
    }

    private static void AddEdge(StringBuilder text, TopologyEdge edge, int[] chain, (double X, double Y)[] at, (double X, double Y) own)
    {
        var failing = GraphText.IsFailing(edge);
        var look = (edge.MutualTls < 1 ? " plain" : "") + (failing ? " failing" : "");
        (double X, double Y)[] points = chain.Length == 0
            ? [(own.X - 20, own.Y - (BoxHeight / 2)), (own.X, own.Y - BoxHeight), (own.X + 20, own.Y - (BoxHeight / 2))]
            : [.. chain.Select(place => at[place])];
        var forth = points[^1].X >= points[0].X ? 1 : -1;
        if (chain.Length > 0)
        {
            points[0].X += forth * (BoxWidth / 2);
            points[^1].X -= forth * ((BoxWidth / 2) + 6);
        }

        text.Append(CultureInfo.InvariantCulture, $"<g><title>{Escape($"{edge.Source} -> {edge.Destination}")}</title><path class=\"edge{look}\" marker-end=\"url(#{(failing ? "bad" : "arrow")})\" d=\"M{Number(points[0].X)} {Number(points[0].Y)}");
        for (var i = 1; i < points.Length; i++)
        {
            var bend = (points[i].X - points[i - 1].X) / 2;
            text.Append(CultureInfo.InvariantCulture, $"C{Number(points[i - 1].X + bend)} {Number(points[i - 1].Y)} {Number(points[i].X - bend)} {Number(points[i].Y)} {Number(points[i].X)} {Number(points[i].Y)}");
        }

        // Between the two points in the middle, or at the one.
        var (a, b) = (points[(points.Length - 1) / 2], points[points.Length / 2]);
        text.Append(CultureInfo.InvariantCulture, $"\"/><text class=\"label{(failing ? " failing" : "")}\" x=\"{Number((a.X + b.X) / 2)}\" y=\"{Number(((a.Y + b.Y) / 2) - 4)}\">{Escape(GraphText.LabelOf(edge))}</text></g>\n");
    }

    private static string Arrow(string id)
        => $"<marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"2\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker>";

    private static string Cut(string text) => text.Length <= NameMax ? text : text[..(NameMax - 1)] + "…";

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(TextWidth.Safe(text));
}
