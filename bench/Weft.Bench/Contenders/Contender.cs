namespace Weft.Bench.Contenders;

/// <summary>One way to carry the traffic of a scenario: its processes, the nearest to the origin first.
/// The load goes to the last one's port.</summary>
internal sealed record Contender(string Name, IReadOnlyList<Launch> Launches);
