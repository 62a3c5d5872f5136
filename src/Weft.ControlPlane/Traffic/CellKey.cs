using Weft.Contracts.Session;

namespace Weft.ControlPlane.Traffic;

/// <summary>What makes a reported cell the one and only of its proxy.</summary>
internal readonly record struct CellKey(EdgeKey Edge, Direction Direction, uint StatusClass, string Reason, bool MutualTls, bool Success)
{
    internal static CellKey Of(TrafficCell cell) => new(
        new EdgeKey(
            cell.Source.Length == 0 ? EdgeKey.Unmeshed : cell.Source,
            cell.Destination,
            cell.Backend == cell.Destination ? "" : cell.Backend,
            cell.Route,
            cell.Protocol,
            cell.SourceIdentity,
            cell.DestinationIdentity),
        cell.Direction,
        cell.StatusClass,
        cell.Reason,
        cell.MutualTls,
        cell.Success);
}
