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

    internal async ValueTask<List<EdgeGroup>> ReadAsync(TrafficQuery query, bool withBypassed, CancellationToken stop)
    {
        Dictionary<(string, string), EdgeGroup> groups = [];
        foreach (SeriesSum sum in await source.SumAsync(SeriesFamily.Edge, query.Side ?? Side.Client, query.Span, stop))
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

    internal static bool IsNew(EdgeGroup edge, TrafficQuery query) => edge.FirstSeen != long.MaxValue && edge.FirstSeen >= query.To - NewSeconds;

    internal static bool Matches(EdgeGroup edge, TrafficQuery query)
        => query.Filter.Matches(new AggregateSubject(edge.Source, edge.Destination, edge.Protocol, edge.Figures, query.Seconds, IsNew(edge, query)));

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
