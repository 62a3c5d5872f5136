using System.Diagnostics.CodeAnalysis;
using Weft.Primitives.Net;
using Weft.Routing.Authorization;
using Weft.Routing.Matching;

namespace Weft.Routing.Snapshot;

/// <summary>
/// Everything one proxy knows of the mesh at one moment. It never changes: an exchange reads it once and is decided by one
/// view of the world. <see cref="SnapshotBuilder"/> makes the next one and shares what did not change.
/// </summary>
public sealed class MeshSnapshot
{
    private readonly SnapshotTables _tables;

    internal MeshSnapshot(string ownService, ulong commit, SnapshotTables tables)
    {
        OwnService = ownService;
        Commit = commit;
        _tables = tables;
        tables.Policies.TryGetValue(ownService, out PolicyView? own);
        Policy = own;
    }

    /// <summary>A proxy's view before anything has arrived: knows nobody and lets nobody in.</summary>
    public static MeshSnapshot Empty { get; } = new("", 0, new SnapshotTables());

    /// <summary>"&lt;namespace&gt;/&lt;service&gt;" of the workload beside this proxy.</summary>
    public string OwnService { get; }

    /// <summary>The newest commit that this snapshot reflects.</summary>
    public ulong Commit { get; }

    /// <summary>Who may reach the workload beside this proxy; null until received, which means nobody.</summary>
    public PolicyView? Policy { get; }

    /// <summary>What the control plane says of this proxy's records; null: nothing, its own options hold.</summary>
    public TelemetryView? Telemetry { get; internal init; }

    public IReadOnlyCollection<ServiceView> Services => _tables.Services.Values;

    public IReadOnlyCollection<DestinationView> Destinations => _tables.Hosts.Values;

    public IReadOnlyCollection<TrustBundleView> TrustBundles => _tables.TrustBundles.Values;

    /// <summary>What a host name means for this workload. Case and a trailing dot do not matter.</summary>
    public bool TryResolveHost(ReadOnlySpan<char> name, [NotNullWhen(true)] out DestinationView? destination)
    {
        name = name.EndsWith('.') ? name[..^1] : name;
        Span<byte> ascii = stackalloc byte[256];
        destination = null;
        return name.Length <= ascii.Length
            && System.Text.Ascii.FromUtf16(name, ascii, out int length) == System.Buffers.OperationStatus.Done
            && _tables.HostsByBytes.TryGetValue(ascii[..length], out destination);
    }

    /// <summary>What the authority of a request means for this workload. Its port, case and a trailing dot do not matter.</summary>
    public bool TryResolveHost(ReadOnlySpan<byte> authority, [NotNullWhen(true)] out DestinationView? destination)
        => _tables.HostsByBytes.TryGetValue(HostName.WithoutPort(authority), out destination);

    /// <summary>What an address means: a virtual address, or one that the control plane was asked for. The port does not matter.</summary>
    public bool TryResolveAddress(NetAddress address, [NotNullWhen(true)] out DestinationView? destination)
        => _tables.Addresses.TryGetValue(address.WithPort(0), out destination);

    public bool TryGetService(string name, [NotNullWhen(true)] out ServiceView? service)
        => _tables.Services.TryGetValue(name, out service);

    public bool TryGetPolicy(string service, [NotNullWhen(true)] out PolicyView? policy)
        => _tables.Policies.TryGetValue(service, out policy);

    public bool TryGetTrustBundle(string trustDomain, [NotNullWhen(true)] out TrustBundleView? bundle)
        => _tables.TrustBundles.TryGetValue(trustDomain, out bundle);
}
