using Weft.Primitives.Net;
using Weft.Routing.Authorization;

namespace Weft.Routing.Snapshot;

/// <summary>
/// The tables behind a snapshot. A table is never written after it was given to a snapshot; the next one gets a copy where something changed.
/// </summary>
internal sealed class SnapshotTables
{
    public SnapshotTables()
    {
        Hosts = new Dictionary<string, DestinationView>(new HostNameComparer());
    }

    public Dictionary<string, ServiceView> Services { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, PolicyView> Policies { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, TrustBundleView> TrustBundles { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<NetAddress, DestinationView> Addresses { get; init; } = [];

    public Dictionary<string, DestinationView> Hosts
    {
        get;
        init
        {
            field = value;
            HostsByBytes = value.GetAlternateLookup<ReadOnlySpan<byte>>();
        }
    }

    public Dictionary<string, DestinationView>.AlternateLookup<ReadOnlySpan<byte>> HostsByBytes { get; private init; }
}
