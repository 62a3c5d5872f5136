using Weft.Bench.Contenders;

namespace Weft.Bench.Measuring;

/// <summary>One comparison: the same load on every contender.</summary>
internal sealed record Scenario(string Name, string Title, ILoad Load, IReadOnlyList<Contender> Contenders)
{
    public Measure Measure { get; init; } = Measure.CpuPerRequest;

    /// <summary>Bytes of the body of each answer, where they are what is counted.</summary>
    public int BodyBytes { get; init; }

    public IReadOnlyList<Goal> Goals { get; init; } = [];
}
