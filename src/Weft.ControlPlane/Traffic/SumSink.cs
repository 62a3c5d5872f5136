namespace Weft.ControlPlane.Traffic;

/// <summary>Adds everything up per series.</summary>
internal sealed class SumSink(int series, Predicate<int>? only = null) : PointSink
{
    /// <summary>By number of the series; null without traffic.</summary>
    internal Figures?[] Sums { get; } = new Figures?[series];

    internal override bool Wants(int series) => series < Sums.Length && (only is null || only(series));

    internal override Figures? Begin(int series, long second) => series < Sums.Length ? Sums[series] ??= FigurePool.Take() : null;
}
