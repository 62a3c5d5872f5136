using System.Net;
using Weft.Contracts.Session;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Traffic;
using Weft.Model;

namespace Weft.ControlPlane.Insight;

/// <summary>Who called whom in a window.</summary>
internal sealed class EdgeReader(IFigureSource source, TrafficStore store, SubscriptionIndex index)
{
    private const long NewSeconds = 24 * 3_600;

    /// <summary>All edges that the question touches, whatever its filter says.</summary>
    internal async ValueTask<List<EdgeGroup>> ReadAsync(TrafficQuery query, bool withBypassed, CancellationToken stop)
        => Group(await source.SumAsync(SeriesFamily.Edge, query.Side ?? Side.Client, query.Span, stop), query, withBypassed);

    /// <summary>Edges that match the filter. Where names alone decide, the figures of others are not read: of a large mesh, one service's edges are few.</summary>
    internal async ValueTask<List<EdgeGroup>> ReadMatchingAsync(TrafficQuery query, bool withBypassed, CancellationToken stop)
    {
        if (query.Filter.IsAll)
        {
            return await ReadAsync(query, withBypassed, stop);
        }

        IReadOnlyList<SeriesSum> sums = await source.SumAsync(
            SeriesFamily.Edge, query.Side ?? Side.Client, query.Span, key => query.MayMatch(key.Source, key.Subject), stop);
        return Group(sums, query, withBypassed).FindAll(edge => Matches(edge, query));
    }

    internal static bool IsNew(EdgeGroup edge, TrafficQuery query) => edge.FirstSeen != long.MaxValue && edge.FirstSeen >= query.To - NewSeconds;

    internal static bool Matches(EdgeGroup edge, TrafficQuery query)
        => query.Filter.Matches(new AggregateSubject(edge.Source, edge.Destination, edge.Protocol, edge.Figures, query.Seconds, IsNew(edge, query)));

    private List<EdgeGroup> Group(IReadOnlyList<SeriesSum> sums, TrafficQuery query, bool withBypassed)
    {
        Dictionary<(string, string), EdgeGroup> groups = [];
        foreach (SeriesSum sum in sums)
        {
            if (query.Touches(sum.Key.Source, sum.Key.Subject) && (query.IsLive || sum.Figures.Count > 0 || sum.Figures.Bytes > 0))
            {
                Of(groups, sum.Key.Source, sum.Key.Subject).Add(sum, query.IsLive);
            }
        }

        if (withBypassed && query.IsLive)
        {
            AddBypassed(groups, query);
        }

        return [.. groups.Values];
    }

    private void AddBypassed(Dictionary<(string, string), EdgeGroup> groups, TrafficQuery query)
    {
        MeshView view = index.View;
        foreach ((string service, BypassedConnection connection) in store.Bypassed())
        {
            string? remote = ServiceAt(connection.Remote, view);
            if (connection.Inbound && remote is not null)
            {
                // The caller's own proxy reports it too.
                continue;
            }

            (string from, string to) = connection.Inbound ? (SeriesKey.Unmeshed, service) : (service, remote ?? connection.Remote);
            if (query.Touches(from, to))
            {
                Of(groups, from, to).Bypassed++;
            }
        }
    }

    private static string? ServiceAt(string endpoint, MeshView view)
        => IPEndPoint.TryParse(endpoint, out IPEndPoint? parsed) && view.Addresses.TryGetValue(parsed.Address.ToString(), out NamespacedName service)
            ? service.ToString()
            : null;

    private static EdgeGroup Of(Dictionary<(string, string), EdgeGroup> groups, string from, string to)
    {
        if (!groups.TryGetValue((from, to), out EdgeGroup? group))
        {
            groups.Add((from, to), group = new EdgeGroup(from, to));
        }

        return group;
    }
}
