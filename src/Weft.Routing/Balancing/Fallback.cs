namespace Weft.Routing.Balancing;

/// <summary>What is left when every usable endpoint is ejected or tried: trying one that failed lately beats failing for certain.</summary>
internal static class Fallback
{
    /// <summary>The endpoint not tried yet whose ejection ends first, or null.</summary>
    internal static EndpointLoad? Pick(EndpointLoads loads, in TriedEndpoints tried)
    {
        EndpointLoad? soonest = null;
        foreach (int index in loads.Set.Usable)
        {
            EndpointLoad load = loads.Loads[index];
            if (!tried.Contains(load) && (soonest is null || load.EjectedUntilUs < soonest.EjectedUntilUs))
            {
                soonest = load;
            }
        }

        return soonest;
    }
}
