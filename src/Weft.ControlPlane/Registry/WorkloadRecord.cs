using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Model;

namespace Weft.ControlPlane.Registry;

/// <summary>One workload, as endpoints are made from it. Immutable: a change makes a new one, so that equal references are equal content.</summary>
internal sealed record WorkloadRecord
{
    public required NamespacedName Name { get; init; }

    public required NamespacedName Service { get; init; }

    /// <summary>SPIFFE ID that the proxy proved; empty without proxy.</summary>
    public required string Identity { get; init; }

    public required string Address { get; init; }

    /// <summary>Where the proxy takes mutual TLS; 0 without proxy.</summary>
    public required uint TunnelPort { get; init; }

    public IReadOnlyList<WorkloadPort> Ports { get; init; } = [];

    /// <summary>Labels that the workload gave itself, and <c>service</c> and <c>namespace</c>, which it cannot choose.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string Zone { get; init; } = "";

    public Health Health { get; init; }

    /// <summary>Share of the service's exchanges; 0 means 1.</summary>
    public uint Weight { get; init; }
}
