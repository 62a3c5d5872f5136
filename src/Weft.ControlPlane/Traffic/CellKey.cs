using Weft.Contracts.Session;

namespace Weft.ControlPlane.Traffic;

/// <summary>What makes a reported cell the one and only of its proxy.</summary>
internal readonly record struct CellKey(
    Direction Direction,
    string Source,
    string SourceIdentity,
    string Destination,
    string DestinationIdentity,
    string Backend,
    string Route,
    string Template,
    string Protocol,
    string Reason,
    CellPlaces Places,
    uint StatusClass,
    bool MutualTls,
    bool Success)
{
    internal static CellKey Of(TrafficCell cell, ProxyCells proxy) => new(
        cell.Direction,
        cell.Source.Length == 0 ? SeriesKey.Unmeshed : cell.Source,
        cell.SourceIdentity,
        cell.Destination,
        cell.DestinationIdentity,
        cell.Backend == cell.Destination ? "" : cell.Backend,
        cell.Route,
        cell.Template,
        cell.Protocol,
        cell.Reason,
        PlacesOf(cell, proxy),
        cell.StatusClass,
        cell.MutualTls,
        cell.Success);

    /// <summary>What a proxy serves is served by the workload beside it, whether it says so or not.</summary>
    private static CellPlaces PlacesOf(TrafficCell cell, ProxyCells proxy)
    {
        bool isOwn = cell.Direction == Direction.Inbound && cell.DestinationWorkload.Length == 0;
        return new CellPlaces(
            cell.SourceWorkload,
            cell.SourceVersion,
            isOwn ? proxy.Workload : cell.DestinationWorkload,
            isOwn ? proxy.Version : cell.DestinationVersion,
            isOwn ? proxy.Zone : cell.DestinationZone,
            cell.TlsVersion);
    }

    /// <summary>Whether a name is longer than any honest one.</summary>
    internal bool IsTooLong()
    {
        int longest = 0;
        foreach (string text in (ReadOnlySpan<string>)[
            Source, Destination, Backend, Route, Template, Protocol, Reason,
            Places.SourceWorkload, Places.SourceVersion, Places.DestinationWorkload, Places.DestinationVersion, Places.DestinationZone, Places.TlsVersion])
        {
            longest = Math.Max(longest, text.Length);
        }

        return longest > TrafficLimits.MaxNameLength || Math.Max(SourceIdentity.Length, DestinationIdentity.Length) > TrafficLimits.MaxNameLength * 4;
    }

    /// <summary>The same with every text kept once for all proxies.</summary>
    internal CellKey Shared(NameTable names) => this with
    {
        Source = names.Share(Source),
        SourceIdentity = names.Share(SourceIdentity),
        Destination = names.Share(Destination),
        DestinationIdentity = names.Share(DestinationIdentity),
        Backend = names.Share(Backend),
        Route = names.Share(Route),
        Template = names.Share(Template),
        Protocol = names.Share(Protocol),
        Reason = names.Share(Reason),
        Places = new CellPlaces(
            names.Share(Places.SourceWorkload),
            names.Share(Places.SourceVersion),
            names.Share(Places.DestinationWorkload),
            names.Share(Places.DestinationVersion),
            names.Share(Places.DestinationZone),
            names.Share(Places.TlsVersion)),
    };
}
