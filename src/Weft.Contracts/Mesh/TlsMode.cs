namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.TlsMode.</summary>
public enum TlsMode
{
    Permissive = 0,
    Strict = 1,
}
