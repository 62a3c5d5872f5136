namespace Weft.ControlPlane.Traffic;

/// <summary>The series of one family and side, numbered. Guarded by the store's lock.</summary>
internal sealed class SeriesTable(SeriesFamily family, Side side, int max)
{
    private readonly Dictionary<SeriesKey, Series> _byKey = [];
    private readonly List<Series?> _byIndex = [];
    private readonly Stack<int> _free = new();
    private readonly List<Series> _touched = [];
    private readonly Stack<Figures> _pool = new();
    private readonly byte[] _point = new byte[FigureCodec.MaxBytes];

    internal SeriesFamily Family { get; } = family;

    internal Side Side { get; } = side;

    /// <summary>What the history file knows the table by.</summary>
    internal int Number { get; } = ((int)family * 2) + (int)side;

    internal int Count => _byKey.Count;

    /// <summary>Numbers of series are below this.</summary>
    internal int Length => _byIndex.Count;

    internal int Groups => (_byIndex.Count + TrafficLimits.SeriesPerGroup - 1) / TrafficLimits.SeriesPerGroup;

    /// <summary>All series in the order of their numbers.</summary>
    internal IEnumerable<Series> All => _byIndex.Where(static series => series is not null)!;

    /// <summary>Series that a point was cut off from because there was no room.</summary>
    internal long Lost { get; private set; }

    internal Series? At(int index) => index < _byIndex.Count ? _byIndex[index] : null;

    /// <summary>The series of a key; beyond the bound that of all others.</summary>
    internal Series Of(in SeriesKey key, long second)
    {
        if (_byKey.TryGetValue(key, out Series? known))
        {
            return known;
        }

        return _byKey.Count < max || key == SeriesKey.Other ? Make(key, second) : Of(SeriesKey.Other, second);
    }

    /// <summary>Puts back a series that the history file knows.</summary>
    internal void Restore(in SeriesKey key, int index, long firstSeen, long lastSeen)
    {
        while (_byIndex.Count <= index)
        {
            _byIndex.Add(null);
        }

        Series series = new(this, key, index, firstSeen) { LastSeen = lastSeen, IsSaved = true };
        _byIndex[index] = series;
        _byKey[key] = series;
    }

    /// <summary>Numbers that nobody has after <see cref="Restore"/> are given out again.</summary>
    internal void CollectFree()
    {
        for (int i = _byIndex.Count - 1; i >= 0; i--)
        {
            if (_byIndex[i] is null)
            {
                _free.Push(i);
            }
        }
    }

    /// <summary>The figures of the present second of a series.</summary>
    internal Figures Touch(Series series, long second)
    {
        if (series.Open is null)
        {
            series.Open = _pool.TryPop(out Figures? pooled) ? pooled : new Figures();
            series.LastSeen = second;
            _touched.Add(series);
        }

        return series.Open;
    }

    /// <summary>Ends the present second: it becomes a point of the finest tier.</summary>
    /// <param name="arena">Where points are kept.</param>
    /// <param name="step">Seconds since the open block began.</param>
    internal void EndSecond(PageArena arena, int step)
    {
        foreach (Series series in _touched)
        {
            Append(arena, series, 0, step, series.Open!);
            series.Open!.Clear();
            _pool.Push(series.Open);
            series.Open = null;
        }

        _touched.Clear();
    }

    internal void Append(PageArena arena, Series series, int tier, int step, Figures figures)
    {
        int length = FigureCodec.Write(_point, figures);
        if (!series.Heads[tier].Append(arena, step, _point.AsSpan(0, length)))
        {
            Lost++;
        }
    }

    /// <summary>Takes the open points of a tier out of every series; the caller seals them.</summary>
    internal PackedChain[] Detach(int tier)
    {
        PackedChain[] chains = new PackedChain[_byIndex.Count];
        for (int i = 0; i < chains.Length; i++)
        {
            if (_byIndex[i] is { } series)
            {
                chains[i] = series.Heads[tier];
                series.Heads[tier] = default;
            }
        }

        return chains;
    }

    /// <summary>Forgets series without traffic since a second, and gives their numbers to others: no block holds them any more.</summary>
    /// <returns>The numbers.</returns>
    internal List<int> ForgetBefore(long second)
    {
        List<int> forgotten = [];
        for (int i = 0; i < _byIndex.Count; i++)
        {
            if (_byIndex[i] is { } series && series.LastSeen < second && series.Open is null && series.Active == 0 && series.Heads.All(head => head.IsEmpty))
            {
                series.IsForgotten = true;
                _byKey.Remove(series.Key);
                _byIndex[i] = null;
                _free.Push(i);
                forgotten.Add(i);
            }
        }

        return forgotten;
    }

    private Series Make(in SeriesKey key, long second)
    {
        int index = _free.TryPop(out int free) ? free : _byIndex.Count;
        Series series = new(this, key, index, second);
        if (index == _byIndex.Count)
        {
            _byIndex.Add(series);
        }
        else
        {
            _byIndex[index] = series;
        }

        _byKey.Add(key, series);
        return series;
    }
}
