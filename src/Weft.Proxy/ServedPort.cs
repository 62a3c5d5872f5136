using Weft.Contracts.Mesh;
using Weft.Primitives.Net;

namespace Weft.Proxy;

/// <summary>A port of the service that the workload serves: what callers use, and where its application listens.</summary>
/// <param name="Port">What callers use.</param>
/// <param name="Target">An address of this machine, or a Unix socket.</param>
/// <param name="Protocol">What is spoken there.</param>
internal sealed record ServedPort(ushort Port, NetAddress Target, Protocol Protocol)
{
    /// <summary>The application's port as the mesh calls it; a Unix socket has none and goes by the service's.</summary>
    public ushort TargetPort => Target.Family == NetFamily.Unix ? Port : Target.Port;

    /// <summary>
    /// The same port of the other family's loopback address, when nobody said an address: "localhost" is either, as the application's library likes. Null: none.
    /// </summary>
    public NetAddress? Other => Target == NetAddress.V4(0x7f00_0001, Port) ? NetAddress.V6(UInt128.One, Port) : null;
}
