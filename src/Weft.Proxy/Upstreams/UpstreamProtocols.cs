using Weft.Contracts.Mesh;

namespace Weft.Proxy.Upstreams;

/// <summary>What is spoken to an upstream of which the mesh says what its port speaks.</summary>
internal static class UpstreamProtocols
{
    public static UpstreamProtocol Of(Protocol declared) => declared switch
    {
        Protocol.Http1 => UpstreamProtocol.Http1,
        Protocol.Http2 or Protocol.Grpc => UpstreamProtocol.Http2,
        Protocol.Tcp => UpstreamProtocol.Opaque,
        _ => UpstreamProtocol.Auto,
    };
}
