namespace Weft.Routing.Balancing;

/// <summary>
/// The cheaper of two endpoints drawn at random, by latency (peak-sensitive moving average) and exchanges in flight. Two draws avoid both the
/// herd that chasing the one cheapest makes and the queues that blind chance makes. Of very many endpoints only a part is drawn from.
/// </summary>
public static class PeakEwmaPicker
{
    /// <summary>An endpoint, or null when every one was tried. Ejected ones are taken only when nothing else is left.</summary>
    public static EndpointLoad? Pick(EndpointLoads loads, in TriedEndpoints tried, ulong random, long nowUs)
    {
        ReadOnlySpan<int> usable = loads.Candidates(nowUs);
        if (usable.Length == 0)
        {
            return null;
        }

        int first = (int)(((random >> 32) * (ulong)usable.Length) >> 32);
        EndpointLoad a = loads.Loads[usable[first]];
        if (usable.Length > 1)
        {
            int step = 1 + (int)(((random & uint.MaxValue) * (ulong)(usable.Length - 1)) >> 32);
            EndpointLoad b = loads.Loads[usable[(first + step) % usable.Length]];
            if (CanTake(b, tried, nowUs))
            {
                return CanTake(a, tried, nowUs) && a.Cost(nowUs) <= b.Cost(nowUs) ? a : b;
            }
        }

        return CanTake(a, tried, nowUs)
            ? a
            : PickCheapest(loads, usable, tried, nowUs) ?? PickCheapest(loads, loads.Set.Usable, tried, nowUs) ?? Fallback.Pick(loads, tried);
    }

    private static bool CanTake(EndpointLoad load, in TriedEndpoints tried, long nowUs) => !load.IsEjected(nowUs) && !tried.Contains(load);

    private static EndpointLoad? PickCheapest(EndpointLoads loads, ReadOnlySpan<int> among, in TriedEndpoints tried, long nowUs)
    {
        EndpointLoad? cheapest = null;
        foreach (int index in among)
        {
            EndpointLoad load = loads.Loads[index];
            if (CanTake(load, tried, nowUs) && (cheapest is null || load.Cost(nowUs) < cheapest.Cost(nowUs)))
            {
                cheapest = load;
            }
        }

        return cheapest;
    }
}
