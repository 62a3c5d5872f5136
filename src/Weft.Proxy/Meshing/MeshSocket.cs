using Weft.Contracts.Session;
using Weft.Proxy.Listening;

namespace Weft.Proxy.Meshing;

/// <summary>One listening address of a worker, with who serves those that come there.</summary>
/// <param name="Descriptors">The worker's sockets for the address.</param>
/// <param name="Group">The listeners of all workers for it.</param>
/// <param name="Direction">How connections are counted.</param>
/// <param name="Frontend">Finds the front end.</param>
internal sealed record MeshSocket(IReadOnlyList<int> Descriptors, ListenerGroup Group, Direction Direction, Func<MeshFrontends, Frontend> Frontend);
