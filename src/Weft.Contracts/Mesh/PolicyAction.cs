namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.PolicyAction.</summary>
public enum PolicyAction
{
    Allow = 0,
    Deny = 1,
}
