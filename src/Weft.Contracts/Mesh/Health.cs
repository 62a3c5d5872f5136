namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.Health.</summary>
public enum Health
{
    Unknown = 0,
    Healthy = 1,
    Unhealthy = 2,
    Draining = 3,
}
