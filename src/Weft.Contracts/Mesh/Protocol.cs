namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.Protocol.</summary>
public enum Protocol
{
    Auto = 0,
    Http1 = 1,
    Http2 = 2,
    Grpc = 3,
    Tcp = 4,
}
