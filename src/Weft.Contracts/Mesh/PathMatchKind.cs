namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.PathMatchKind.</summary>
public enum PathMatchKind
{
    Any = 0,
    Exact = 1,
    Prefix = 2,
    Regex = 3,
}
