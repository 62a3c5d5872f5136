namespace Weft.Model;

/// <summary>The metadata that the mesh keeps of a resource.</summary>
public sealed record ObjectMeta
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}
