namespace Weft.ControlPlane.Traffic;

/// <summary>The server's own store as a source of figures.</summary>
internal sealed class StoredFigures(TrafficStore store) : IFigureSource
{
    public ValueTask<IReadOnlyList<SeriesSum>> SumAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, CancellationToken stop)
        => ValueTask.FromResult<IReadOnlyList<SeriesSum>>(store.Sum(family, side, (span.From, span.To)));

    public ValueTask<IReadOnlyList<SeriesSum>> SumAsync(SeriesFamily family, Side side, TimeSpanOfSeconds span, Predicate<SeriesKey> only, CancellationToken stop)
        => ValueTask.FromResult<IReadOnlyList<SeriesSum>>(store.Sum(family, side, (span.From, span.To), only));

    public ValueTask<Figures?[]> StepsAsync(
        SeriesFamily family, Side side, TimeSpanOfSeconds span, int stepSeconds, SeriesChoice choice, CancellationToken stop)
        => ValueTask.FromResult(store.Steps(family, side, (span.From, span.To), stepSeconds, key => choice.Matches(key)));

    public ValueTask<int> LeastStepAsync(long from, CancellationToken stop) => ValueTask.FromResult(store.TierFor(from, 1).StepSeconds);

    public string NameOfReason(int reason) => store.Reasons.NameOf(reason);
}
