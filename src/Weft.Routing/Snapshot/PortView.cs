using Weft.Contracts.Mesh;

namespace Weft.Routing.Snapshot;

/// <summary>A port of a service, as callers use it.</summary>
public sealed record PortView(ushort Number, Protocol Protocol, string Name);
