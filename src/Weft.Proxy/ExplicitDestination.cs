using Weft.Primitives.Net;

namespace Weft.Proxy;

/// <summary>A local address that stands for a destination when nothing is captured: connections to <see cref="Listen"/> mean <see cref="Host"/>:<see cref="Port"/>.</summary>
internal sealed record ExplicitDestination(string Host, ushort Port, NetAddress Listen);
