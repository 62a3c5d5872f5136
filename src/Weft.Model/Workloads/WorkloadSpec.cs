using Weft.Model.Text;

namespace Weft.Model.Workloads;

/// <summary>An endpoint without a proxy, such as a database on another machine: plain bytes go to it. Its labels are those of the metadata.</summary>
public sealed record WorkloadSpec : ResourceSpec
{
    public required NamespacedName Service { get; init; }

    /// <summary>An IP address in its canonical form, or a host name that every caller's proxy resolves.</summary>
    public required string Address { get; init; }

    /// <summary>Empty: every port of the service, with the service's own target ports.</summary>
    public IReadOnlyList<WorkloadPort> Ports { get; init; } = [];

    public int Weight { get; init; } = 1;

    public string? Zone { get; init; }

    internal override ResourceKind Kind => ResourceKind.Workload;

    internal override MappingNode ToNode() => WorkloadCodec.Write(this);
}
