using Weft.Bench.Contenders;

namespace Weft.Bench.Measuring;

/// <summary>Resident memory of a contender, just started and with idle connections that have each carried one request.</summary>
internal sealed record MemoryRow(string Contender, Role Role, MemoryKind Kind, long IdleKiB, IReadOnlyList<MemoryStep> Steps, string? Failure = null)
{
    /// <summary>KiB that one more connection takes, over all connections of the last step; null when nothing was measured.</summary>
    public double? PerConnectionKiB => Steps.Count == 0 ? null : (double)(Steps[^1].ResidentKiB - IdleKiB) / Steps[^1].Connections;
}
