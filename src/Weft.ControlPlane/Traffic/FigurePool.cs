namespace Weft.ControlPlane.Traffic;

/// <summary>
/// Figures that are used again. A look at a large mesh takes tens of thousands, half a kilobyte each, for long enough to grow old in the eyes of the
/// collector: thrown away, they lie about until it goes through the whole memory. Safe for several threads.
/// </summary>
internal static class FigurePool
{
    /// <summary>As many as a look at 20,000 edges needs; further ones are thrown away.</summary>
    internal const int Max = 21_000;

    private static readonly Lock s_lock = new();
    private static readonly Stack<Figures> s_free = new();

    /// <summary>Empty figures.</summary>
    internal static Figures Take()
    {
        lock (s_lock)
        {
            return s_free.TryPop(out Figures? free) ? free : new Figures();
        }
    }

    /// <summary>Takes figures back that nobody looks at any more. Who forgets to, wastes them and breaks nothing.</summary>
    internal static void GiveBack(Figures figures)
    {
        figures.Clear();
        lock (s_lock)
        {
            if (s_free.Count < Max)
            {
                s_free.Push(figures);
            }
        }
    }
}
