using Weft.Contracts.Mesh;
using Weft.Primitives.Net;

namespace Weft.Proxy;

/// <summary>A port of the service that the workload serves: what callers use, and where its application listens.</summary>
internal sealed record ServedPort(ushort Port, NetAddress Target, Protocol Protocol);
