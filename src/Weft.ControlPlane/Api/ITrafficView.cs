using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>What the API shows of traffic.</summary>
public interface ITrafficView
{
    /// <summary>Edges of the call graph over the last <paramref name="window"/>; all namespaces when <paramref name="ns"/> is null.</summary>
    TrafficTable GetEdges(TimeSpan window, string? ns);

    /// <param name="window">The last so long.</param>
    /// <param name="by">"service" or "route"; the API has checked it.</param>
    /// <param name="ns">Null: all namespaces.</param>
    TrafficTable GetStat(TimeSpan window, string by, string? ns);
}
