using Weft.Primitives.Net;

namespace Weft.Proxy.Upgrading;

/// <summary>A socket that the process has for others to reach it.</summary>
/// <param name="IsStream">A listening stream socket; else a datagram socket.</param>
/// <param name="Address">The address as it was asked for: port 0 stays 0.</param>
/// <param name="Descriptor">The open socket.</param>
internal readonly record struct HeldSocket(bool IsStream, NetAddress Address, int Descriptor);
