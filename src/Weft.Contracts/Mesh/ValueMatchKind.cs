namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.ValueMatchKind.</summary>
public enum ValueMatchKind
{
    Exact = 0,
    Regex = 1,
}
