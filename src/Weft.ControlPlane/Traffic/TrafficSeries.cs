namespace Weft.ControlPlane.Traffic;

/// <summary>The seconds of one series that had traffic, oldest first.</summary>
internal sealed class TrafficSeries
{
    private readonly LinkedList<TrafficPoint> _points = new();

    internal int Count => _points.Count;

    internal long OldestSecond => _points.First?.Value.Second ?? long.MaxValue;

    /// <returns>True when a new second was begun.</returns>
    internal bool Add(long second, in CellKey key, CellDelta delta)
    {
        bool isNew = _points.Last is null || _points.Last.Value.Second < second;
        if (isNew)
        {
            _points.AddLast(new TrafficPoint(second));
        }

        // A clock that was set back adds to the newest second rather than breaking the order.
        _points.Last!.Value.Add(key, delta);
        return isNew;
    }

    /// <returns>How many seconds were forgotten.</returns>
    internal int TrimBefore(long second)
    {
        int removed = 0;
        while (_points.First is { } first && first.Value.Second < second)
        {
            _points.RemoveFirst();
            removed++;
        }

        return removed;
    }

    internal IEnumerable<TrafficPoint> Since(long second)
    {
        for (LinkedListNode<TrafficPoint>? node = _points.Last; node is not null && node.Value.Second >= second; node = node.Previous)
        {
            yield return node.Value;
        }
    }
}
