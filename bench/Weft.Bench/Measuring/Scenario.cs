using Weft.Bench.Contenders;

namespace Weft.Bench.Measuring;

/// <summary>One comparison: the same load on every contender. The first contender is the one that ratios are taken to.</summary>
internal sealed record Scenario(string Name, string Title, ILoad Load, IReadOnlyList<Contender> Contenders);
