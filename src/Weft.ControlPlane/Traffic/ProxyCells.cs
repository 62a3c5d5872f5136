using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;

namespace Weft.ControlPlane.Traffic;

/// <summary>The cumulative cells of one run of a proxy. Guarded by the store's lock.</summary>
internal sealed class ProxyCells(string service, string epoch)
{
    internal string Service { get; } = service;

    internal string Epoch { get; } = epoch;

    /// <summary>The workload beside the proxy, "namespace/name".</summary>
    internal string Workload { get; set; } = "";

    /// <summary>Its label "version".</summary>
    internal string Version { get; set; } = "";

    internal string Zone { get; set; } = "";

    internal HashSet<TrafficCellState> Cells { get; } = new(CellComparer.Instance);

    /// <summary>The session that reports; null while the proxy is away.</summary>
    internal RegistrySession? Session { get; set; }

    /// <summary>The last second, Unix time, in which the proxy was there.</summary>
    internal long LastSecond { get; set; }

    internal IReadOnlyList<BypassedConnection> Bypassed { get; set; } = [];

    /// <summary>Whether the counters ran before anybody listened: the first report only tells where they stand.</summary>
    internal bool NeedsBaseline { get; set; }

    /// <summary>The cell of a key; null when the proxy has not reported it yet.</summary>
    internal TrafficCellState? Find(in CellKey key)
        => Cells.GetAlternateLookup<CellKey>().TryGetValue(key, out TrafficCellState? cell) ? cell : null;
}
