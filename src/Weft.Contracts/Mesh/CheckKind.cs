namespace Weft.Contracts.Mesh;

/// <summary>weft.mesh.v1.CheckKind.</summary>
public enum CheckKind
{
    /// <summary>It accepts a connection.</summary>
    Tcp = 0,

    /// <summary>It answers GET of a path with an expected status.</summary>
    Http = 1,

    /// <summary>It answers SERVING to grpc.health.v1.Health/Check.</summary>
    Grpc = 2,
}
