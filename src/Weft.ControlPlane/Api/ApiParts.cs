using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Api;

/// <summary>What the endpoints work on.</summary>
internal sealed record ApiParts(ModelStore Models, IModelStore Store, Commits Commits, MeshPorts Ports, TimeProvider Time);
