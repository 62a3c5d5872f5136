namespace Weft.ControlPlane.Traffic;

/// <summary>Takes points as they are read, in no particular order.</summary>
internal abstract class PointSink
{
    /// <summary>Whether points of a series are wanted.</summary>
    internal virtual bool Wants(int series) => true;

    /// <summary>The figures that a point is added to; null when it is not wanted.</summary>
    /// <param name="series">Number of the series.</param>
    /// <param name="second">When its step begins, Unix time.</param>
    internal abstract Figures? Begin(int series, long second);

    /// <summary>The point has been added.</summary>
    internal virtual void End(int series, long second, Figures figures)
    {
    }
}
