namespace Weft.Model.Services;

/// <summary>What is spoken on a port, if the user says so.</summary>
public enum AppProtocol
{
    /// <summary>The first bytes tell.</summary>
    Auto,
    Http1,
    Http2,
    Grpc,
    Tcp,

    /// <summary>A forward proxy of HTTP.</summary>
    HttpProxy,
}
