using Weft.Model.Text;

namespace Weft.Model.Services;

/// <summary>A service: ports, and the labels of the workloads that belong to it besides those that name it.</summary>
public sealed record ServiceSpec : ResourceSpec
{
    public required IReadOnlyList<ServicePort> Ports { get; init; }

    public IReadOnlyDictionary<string, string> Selector { get; init; } = new Dictionary<string, string>();

    internal override ResourceKind Kind => ResourceKind.Service;

    internal override MappingNode ToNode() => ServiceCodec.Write(this);
}
