namespace Weft.ControlPlane.Traffic;

/// <summary>Where queries get their figures from: the server's own store, or a Prometheus that scrapes the proxies.</summary>
internal interface IFigureSource
{
    /// <summary>Adds up every series of a family that had traffic in a window, or has something open now. The figures are the caller's own.</summary>
    ValueTask<IReadOnlyList<SeriesSum>> SumAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, CancellationToken stop);

    /// <summary>The same of those series alone whose key is chosen.</summary>
    async ValueTask<IReadOnlyList<SeriesSum>> SumAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, Predicate<SeriesKey> only, CancellationToken stop)
        => [.. (await SumAsync(family, side, span, stop)).Where(sum => only(sum.Key))];

    /// <summary>Figures per step of all series of a family that a selection chooses, added up; null for steps without traffic.</summary>
    ValueTask<Figures?[]> StepsAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, int stepSeconds, SeriesChoice choice, CancellationToken stop);

    /// <summary>The least step for which there are figures since a moment; a step of any answer is a multiple of it.</summary>
    ValueTask<int> LeastStepAsync(long from, CancellationToken stop);

    string NameOfReason(int reason);
}
