using System.Xml.Linq;
using Weft.Cli.Commands;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Cli.Tests;

public class GraphLayoutTests
{
    [Fact]
    public void Callers_stand_left_of_what_they_call_and_each_node_has_one_place()
    {
        GraphLayout layout = new(5, [(0, 1), (1, 2), (0, 2), (3, 2), (2, 4)]);
        Assert.Equal([0, 1, 2, 3, 4], layout.Places.SelectMany(static column => column).Where(layout.IsNode).Order());
        Assert.True(ColumnOf(layout, 0) < ColumnOf(layout, 1) && ColumnOf(layout, 1) < ColumnOf(layout, 2) && ColumnOf(layout, 3) < ColumnOf(layout, 2) && ColumnOf(layout, 2) < ColumnOf(layout, 4));

        // The edge that passes a column has a place there.
        Assert.Equal(3, layout.Chains[2].Length);
        Assert.False(layout.IsNode(layout.Chains[2][1]));
    }

    [Fact]
    public void Cycles_and_calls_to_oneself_have_a_place_too()
    {
        GraphLayout layout = new(3, [(0, 1), (1, 2), (2, 0), (1, 1)]);
        Assert.Equal((2, 0), (layout.Chains[2][0], layout.Chains[2][^1]));
        Assert.Empty(layout.Chains[3]);
        Assert.Equal(3, layout.Places.Count);
    }

    /// <summary>Any graph: all nodes are placed once, each chain leads from the caller to the callee, one column a step.</summary>
    [Fact]
    public void Random_graphs_are_placed_whole()
    {
        Random random = new(11);
        for (int round = 0; round < 300; round++)
        {
            int nodes = random.Next(1, 40);
            (int From, int To)[] edges = [.. Enumerable.Range(0, random.Next(0, 120)).Select(_ => (random.Next(nodes), random.Next(nodes))).Distinct()];
            GraphLayout layout = new(nodes, edges);
            Assert.Equal(Enumerable.Range(0, nodes), layout.Places.SelectMany(static column => column).Where(layout.IsNode).Order());
            for (int i = 0; i < edges.Length; i++)
            {
                int[] chain = layout.Chains[i];
                if (edges[i].From == edges[i].To)
                {
                    Assert.Empty(chain);
                    continue;
                }

                Assert.Equal(edges[i], (chain[0], chain[^1]));
                Assert.All(chain[1..^1], place => Assert.False(layout.IsNode(place)));
                Assert.All(chain.Zip(chain[1..]), step => Assert.Equal(1, Math.Abs(ColumnOf(layout, step.First) - ColumnOf(layout, step.Second))));
            }
        }
    }

    [Fact]
    public void The_picture_is_well_formed_whatever_names_there_are()
    {
        Topology topology = new()
        {
            Nodes = [Node("a<b>&\"'/x"), Node("shop/\u001b[31mred")],
            Edges = [new TopologyEdge { Id = "1", Source = "a<b>&\"'/x", Destination = "shop/\u001b[31mred", Protocol = "http1", Requests = 1, Rps = 1 }],
        };
        XElement picture = XElement.Parse(GraphSvg.Of(topology));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Equal(2, picture.Descendants(svg + "rect").Count());
        Assert.Contains(picture.Descendants(svg + "title"), static title => title.Value == "a<b>&\"'/x");
        Assert.Empty(XElement.Parse(GraphSvg.Of(new Topology())).Descendants(svg + "rect"));
    }

    private static TopologyNode Node(string id) => new() { Id = id, Name = id, Kind = "service" };

    private static int ColumnOf(GraphLayout layout, int place) => layout.Places.Select(static (column, i) => (column, i)).First(pair => pair.column.Contains(place)).i;
}
