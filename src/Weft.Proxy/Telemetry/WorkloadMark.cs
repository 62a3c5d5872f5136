using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>The workload beside this proxy, as cells name it on its own side of an edge.</summary>
/// <param name="Workload">"namespace/workload".</param>
/// <param name="Version">Its label "version".</param>
/// <param name="Zone">Where it runs.</param>
internal readonly record struct WorkloadMark(string? Workload, string? Version, string? Zone = null)
{
    public void Mark(TrafficCell cell)
    {
        if (cell.Direction == Direction.Outbound)
        {
            cell.SourceWorkload = Workload ?? "";
            cell.SourceVersion = Version ?? "";
        }
        else
        {
            cell.DestinationWorkload = Workload ?? "";
        }
    }
}
