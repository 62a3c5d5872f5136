namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.Protocol.</summary>
public enum Protocol
{
    Auto = 0,
    Http1 = 1,
    Http2 = 2,
    Grpc = 3,
    Tcp = 4,

    /// <summary>An HTTP proxy listens there: CONNECT and whole URIs are its business.</summary>
    HttpProxy = 5,
}
