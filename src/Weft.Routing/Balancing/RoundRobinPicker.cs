using Weft.Routing.Snapshot;

namespace Weft.Routing.Balancing;

/// <summary>One after the other; with unequal weights in proportion to them and as evenly spread as possible.</summary>
public static class RoundRobinPicker
{
    /// <summary>The next endpoint, or null when every one was tried. Ejected ones are taken only when nothing else is left.</summary>
    public static EndpointLoad? Pick(EndpointLoads loads, in TriedEndpoints tried, long nowUs)
    {
        EndpointLoad? picked = loads.Set.HasEqualWeights ? Next(loads, tried, nowUs) : NextWeighted(loads, tried, nowUs);
        return picked ?? Fallback.Pick(loads, tried);
    }

    private static EndpointLoad? Next(EndpointLoads loads, in TriedEndpoints tried, long nowUs)
    {
        ReadOnlySpan<int> usable = loads.Set.Usable;
        for (int i = 0; i < usable.Length; i++)
        {
            loads.Cursor = loads.Cursor + 1 < usable.Length ? loads.Cursor + 1 : 0;
            EndpointLoad load = loads.Loads[usable[loads.Cursor]];
            if (!load.IsEjected(nowUs) && !tried.Contains(load))
            {
                return load;
            }
        }

        return null;
    }

    // Each gains its weight, the richest is chosen and pays what all gained: over time everyone gets its share, never in bursts.
    private static EndpointLoad? NextWeighted(EndpointLoads loads, in TriedEndpoints tried, long nowUs)
    {
        EndpointLoad? richest = null;
        long paid = 0;
        foreach (int index in loads.Set.Usable)
        {
            EndpointLoad load = loads.Loads[index];
            if (load.IsEjected(nowUs) || tried.Contains(load))
            {
                continue;
            }

            load.RoundRobinCredit += load.Endpoint.Weight;
            paid += load.Endpoint.Weight;
            if (richest is null || load.RoundRobinCredit > richest.RoundRobinCredit)
            {
                richest = load;
            }
        }

        if (richest is not null)
        {
            richest.RoundRobinCredit -= paid;
        }

        return richest;
    }
}
