using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Flows;
using Xunit;

namespace Weft.ControlPlane.Tests.Flows;

public sealed class FlowOrderTests
{
    /// <summary>web calls cart, which calls pricing; the further away, the more the clock is behind.</summary>
    [Fact]
    public void Who_was_called_comes_after_who_called_whatever_the_clocks_say()
    {
        FlowRecord[] hops =
        [
            Hop("a", Direction.Outbound, "web", "cart", 900), Hop("b", Direction.Inbound, "web", "cart", 700),
            Hop("c", Direction.Outbound, "cart", "pricing", 710), Hop("d", Direction.Inbound, "cart", "pricing", 100),
        ];
        Random random = new(3);
        for (int i = 0; i < 50; i++)
        {
            random.Shuffle(hops);
            Assert.Equal("a b c d", string.Join(' ', FlowOrder.Of(hops).Select(static hop => hop.Proxy)));
        }
    }

    [Fact]
    public void Hops_that_do_not_depend_on_each_other_are_in_order_of_time()
        => Assert.Equal("x y", string.Join(' ', FlowOrder.Of([Hop("y", Direction.Outbound, "web", "b", 2), Hop("x", Direction.Outbound, "web", "a", 1)]).Select(static hop => hop.Proxy)));

    /// <summary>A service that calls itself, and services that call each other: nothing is lost.</summary>
    [Fact]
    public void Circles_end()
    {
        FlowRecord[] hops = [Hop("a", Direction.Outbound, "web", "cart", 1), Hop("b", Direction.Inbound, "web", "cart", 2), Hop("c", Direction.Outbound, "cart", "web", 3), Hop("d", Direction.Inbound, "cart", "web", 4), Hop("e", Direction.Outbound, "web", "web", 5)];
        Assert.Equal(["a", "b", "c", "d", "e"], FlowOrder.Of(hops).Select(static hop => hop.Proxy).Order());
    }

    private static FlowRecord Hop(string proxy, Direction direction, string source, string destination, long startUs)
        => new() { Proxy = proxy, Direction = direction, Source = new Party { Service = "shop/" + source }, Destination = new Party { Service = "shop/" + destination }, StartUnixUs = startUs };
}
