namespace Weft.ControlPlane.Traffic;

/// <summary>Adds chosen series up per step.</summary>
internal sealed class StepSink(IReadOnlySet<int> series, long start, int stepSeconds, int steps) : PointSink
{
    /// <summary>By number of the step; null without traffic.</summary>
    internal Figures?[] Steps { get; } = new Figures?[steps];

    internal override bool Wants(int number) => series.Contains(number);

    internal override Figures? Begin(int number, long second)
    {
        long step = (second - start) / stepSeconds;
        return second >= start && step < Steps.Length ? Steps[step] ??= new Figures() : null;
    }
}
