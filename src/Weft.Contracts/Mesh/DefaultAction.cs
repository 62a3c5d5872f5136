namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.DefaultAction.</summary>
public enum DefaultAction
{
    Allow = 0,
    Deny = 1,
}
