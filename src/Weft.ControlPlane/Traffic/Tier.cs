namespace Weft.ControlPlane.Traffic;

/// <summary>One resolution of the history. Times are whole seconds, Unix time.</summary>
internal sealed record Tier(int Index, int StepSeconds, long KeptSeconds)
{
    internal const int Count = 3;

    /// <summary>1 s for 15 minutes, 10 s for a day, 1 min for two weeks.</summary>
    internal static IReadOnlyList<Tier> All { get; } =
    [
        new(0, 1, 15 * 60),
        new(1, 10, 24 * 3_600),
        new(2, 60, 14 * 24 * 3_600),
    ];

    internal int BlockSeconds => StepSeconds * TrafficLimits.StepsPerBlock;

    internal long Floor(long second) => second - (second % StepSeconds);

    internal long Ceiling(long second) => Floor(second + StepSeconds - 1);
}
