namespace Weft.ControlPlane.Traffic;

/// <summary>A span of whole seconds, Unix time, the end excluded.</summary>
internal readonly record struct TimeSpanOfSeconds(long From, long To)
{
    internal long Seconds => Math.Max(0, To - From);
}
