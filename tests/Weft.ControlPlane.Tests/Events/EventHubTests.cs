using System.Threading.Channels;
using Weft.Contracts.Api;
using Weft.ControlPlane.Events;
using Xunit;

namespace Weft.ControlPlane.Tests.Events;

public sealed class EventHubTests
{
    [Fact]
    public void A_reader_that_comes_back_gets_what_it_missed_or_begins_anew()
    {
        EventHub hub = new();
        for (int i = 0; i < 100; i++)
        {
            hub.Publish("a", []);
        }

        hub.Open(97, out IReadOnlyList<ServerEvent>? missed);
        Assert.Equal([98, 99, 100], missed!.Select(one => one.Id));
        hub.Open(100, out missed);
        Assert.Empty(missed!);
        hub.Open(3, out missed);
        Assert.Null(missed);
        hub.Open(500, out missed);
        Assert.Null(missed);
    }

    [Fact]
    public void A_reader_that_does_not_read_is_cut_off_and_the_others_go_on()
    {
        EventHub hub = new();
        Channel<ServerEvent> slow = hub.Open(null, out _)!;
        Channel<ServerEvent> quick = hub.Open(null, out _)!;
        int read = 0;
        for (int i = 0; i < 500; i++)
        {
            hub.Publish("a", []);
            read += quick.Reader.TryRead(out _) ? 1 : 0;
        }

        Assert.Equal(500, read);
        while (slow.Reader.TryRead(out _))
        {
        }

        Assert.True(slow.Reader.Completion.IsCompleted);
        hub.Close(quick);
        Assert.False(hub.HasReaders);
    }

    [Fact]
    public void Changes_of_the_map_are_what_differs_and_what_vanished_comes_once_more()
    {
        MapChanges changes = new();
        TopologyEdge a = new() { Id = "a>b", Requests = 5, Rps = 1 };
        TopologyEdge b = new() { Id = "b>c", Requests = 7, Rps = 2 };
        Assert.Equal(2, changes.Next(new Topology { Edges = [a, b] }).Edges.Count);
        Assert.Empty(changes.Next(new Topology { Edges = [a, b] }).Edges);
        Topology next = changes.Next(new Topology { Edges = [a with { Requests = 6 }] });
        Assert.Equal([("a>b", 6L), ("b>c", 0L)], next.Edges.Select(edge => (edge.Id, edge.Requests)));
        Assert.Empty(changes.Next(new Topology { Edges = [a with { Requests = 6 }] }).Edges);
    }

    [Fact]
    public void What_does_not_fit_into_an_event_comes_with_the_next()
    {
        MapChanges changes = new();
        Topology map = new() { Edges = [.. Enumerable.Range(0, 1_500).Select(i => new TopologyEdge { Id = $"a>{i}", Requests = i + 1, Rps = i })] };
        Assert.Equal((1_000, 500), (changes.Next(map).Edges.Count, 500));
        Assert.Equal(500, changes.Next(map).Edges.Count);
    }
}
