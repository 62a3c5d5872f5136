using Weft.Routing.Balancing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Flows;

/// <summary>Writes down which endpoints the balancer had and why each was taken or not, as they stand when the exchange has ended.</summary>
internal static class DecisionRecord
{
    /// <param name="loads">What this loop knows of the endpoints.</param>
    /// <param name="chosen">The one that was used last.</param>
    /// <param name="tried">All that were used.</param>
    /// <param name="servicePort">The port of the service that was meant.</param>
    /// <param name="nowUs">Now, in microseconds.</param>
    /// <param name="record">Gets it.</param>
    public static void Write(EndpointLoads loads, EndpointView? chosen, in TriedEndpoints tried, ushort servicePort, long nowUs, ref FlowData record)
    {
        int count = 0;
        foreach (EndpointLoad load in loads.Loads)
        {
            if (count == ConsideredEntries.Max)
            {
                break;
            }

            record.Considered[count++] = new ConsideredEntry
            {
                Endpoint = load.Endpoint.Address.WithPort(load.Endpoint.IsMeshed ? load.Endpoint.TunnelPort : load.Endpoint.TargetPort(servicePort)),
                Verdict = Judge(load, chosen, tried, nowUs),
                EwmaUs = (uint)Math.Clamp(load.LatencyUs(nowUs), 0, uint.MaxValue),
                Active = (uint)Math.Max(0, load.InFlight),
            };
        }

        record.Facts.ConsideredCount = (byte)count;
    }

    private static EndpointVerdict Judge(EndpointLoad load, EndpointView? chosen, in TriedEndpoints tried, long nowUs)
        => ReferenceEquals(load.Endpoint, chosen) ? EndpointVerdict.Chosen
            : tried.Contains(load) ? EndpointVerdict.Tried
            : load.Endpoint.Health == Contracts.Mesh.Health.Draining ? EndpointVerdict.Draining
            : load.Endpoint.Health == Contracts.Mesh.Health.Unhealthy ? EndpointVerdict.Unhealthy
            : load.IsEjected(nowUs) ? EndpointVerdict.Ejected
            : EndpointVerdict.Slower;
}
