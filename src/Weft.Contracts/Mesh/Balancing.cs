namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.Balancing.</summary>
public enum Balancing
{
    PeakEwma = 0,
    RoundRobin = 1,
}
