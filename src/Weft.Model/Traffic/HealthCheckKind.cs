namespace Weft.Model.Traffic;

/// <summary>How callers ask an endpoint whether it is well.</summary>
public enum HealthCheckKind
{
    /// <summary>It accepts a connection.</summary>
    Tcp,

    /// <summary>It answers GET of a path with an expected status.</summary>
    Http,

    /// <summary>It answers SERVING to grpc.health.v1.Health/Check.</summary>
    Grpc,
}
