using Weft.Model.Text;

namespace Weft.Model.Traffic;

/// <summary>How callers treat a service; one per service.</summary>
public sealed record TrafficPolicySpec : ResourceSpec
{
    public required NamespacedName Target { get; init; }

    public Balancing Balancing { get; init; }

    public OutlierDetection? OutlierDetection { get; init; }

    public TimeSpan? ConnectTimeout { get; init; }

    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>How callers check endpoints that have no proxy of their own; null: not at all.</summary>
    public HealthCheck? HealthCheck { get; init; }

    internal override ResourceKind Kind => ResourceKind.TrafficPolicy;

    internal override MappingNode ToNode() => TrafficPolicyCodec.Write(this);
}
