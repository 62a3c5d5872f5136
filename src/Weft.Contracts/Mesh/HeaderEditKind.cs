namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.HeaderEditKind.</summary>
public enum HeaderEditKind
{
    Set = 0,
    Add = 1,
    Remove = 2,
}
