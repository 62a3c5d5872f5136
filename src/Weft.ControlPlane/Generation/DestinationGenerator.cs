using Weft.Contracts.Mesh;

namespace Weft.ControlPlane.Generation;

internal static class DestinationGenerator
{
    internal static Destination? Generate(MeshService? service)
        => service is null ? null : new Destination { Service = service.Name.ToString(), VirtualAddress = service.VirtualAddress };
}
