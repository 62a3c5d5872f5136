namespace Weft.Proxy;

/// <summary>How the local application is asked whether it is well.</summary>
internal enum HealthCheckKind
{
    /// <summary>It accepts a connection.</summary>
    Tcp,

    /// <summary>It answers GET with 2xx or 3xx.</summary>
    Http,

    /// <summary>It answers SERVING to grpc.health.v1.Health/Check.</summary>
    Grpc,
}
