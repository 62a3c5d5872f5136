using Weft.Primitives;
using Weft.Proxy.Discovery;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Meshing;

/// <summary>What the directors of one worker share: its loop, the mesh as it is now, identity, counters.</summary>
internal sealed record MeshWorker
{
    public required EventLoop Loop { get; init; }

    public required RunSettings Settings { get; init; }

    /// <summary>SPIFFE ID of the workload, as its certificate says.</summary>
    public required string OwnIdentity { get; init; }

    public required Current<MeshSnapshot> Mesh { get; init; }

    public required SvidContexts Svid { get; init; }

    public required IDialer Dialer { get; init; }

    public required Meters Meters { get; init; }

    /// <summary>Writes the records of this loop; null: only figures are kept.</summary>
    public FlowRecorder? Flows { get; init; }

    /// <summary>The workload's label "version", empty without one.</summary>
    public string Version { get; init; } = "";

    public required OnDemand Questions { get; init; }

    public ConnectionLimits Limits { get; init; } = ConnectionLimits.Default;

    /// <summary>Draws for balancing and weighted routes; not for secrets.</summary>
    public Random Random { get; } = new();
}
