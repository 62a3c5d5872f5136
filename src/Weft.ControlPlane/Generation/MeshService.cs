using Weft.ControlPlane.Registry;
using Weft.Model;
using Weft.Model.Services;

namespace Weft.ControlPlane.Generation;

/// <summary>One service as it is now: what its resource or its workloads say of it, and who belongs to it. Immutable.</summary>
internal sealed record MeshService
{
    public required NamespacedName Name { get; init; }

    /// <summary>Whether no resource describes the service: it exists because workloads say that they belong to it.</summary>
    public required bool IsImplicit { get; init; }

    public required string VirtualAddress { get; init; }

    /// <summary>Sorted by number.</summary>
    public required IReadOnlyList<ServicePort> Ports { get; init; }

    /// <summary>Sorted by name.</summary>
    public required IReadOnlyList<WorkloadRecord> Members { get; init; }

    /// <summary>Whether callers see the same service, whoever its members are.</summary>
    internal bool HasSameDefinition(MeshService other)
        => IsImplicit == other.IsImplicit && VirtualAddress == other.VirtualAddress && Ports.SequenceEqual(other.Ports);

    internal bool HasSameMembers(MeshService other)
    {
        if (Members.Count != other.Members.Count)
        {
            return false;
        }

        for (int i = 0; i < Members.Count; i++)
        {
            if (!ReferenceEquals(Members[i], other.Members[i]))
            {
                return false;
            }
        }

        return true;
    }
}
