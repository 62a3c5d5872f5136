namespace Weft.ControlPlane.Traffic;

/// <summary>The series of one family and side, numbered. Guarded by the store's lock.</summary>
internal sealed class SeriesTable(SeriesFamily family, Side side, int max)
{
    private readonly HashSet<Series> _byKey = new(SeriesComparer.Instance);
    private readonly List<Series?> _byIndex = [];
    private readonly Stack<int> _free = new();
    private readonly List<Series> _touched = [];
    private readonly Stack<Figures> _pool = new();
    private readonly byte[] _point = new byte[FigureCodec.MaxBytes];

    // What came first to each series in the present second.
    private byte[] _firsts = [];
    private int _firstsLength;

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
        if (_byKey.GetAlternateLookup<SeriesKey>().TryGetValue(key, out Series? known))
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
        _byKey.Remove(series);
        _byKey.Add(series);
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

    /// <summary>
    /// Adds to the present second of a series. Most series of a large mesh get one increase a second, which stays as it is: figures are twenty times as large.
    /// </summary>
    /// <param name="series">Which.</param>
    /// <param name="second">The present second, Unix time.</param>
    /// <param name="increase">What comes on top.</param>
    /// <param name="packed">The same, packed.</param>
    internal void Add(Series series, long second, Figures increase, ReadOnlySpan<byte> packed)
    {
        if (series.Open is not null || !series.First.IsEmpty)
        {
            Touch(series, second).Add(increase);
            return;
        }

        series.First = Keep(packed);
        series.LastSeen = second;
        _touched.Add(series);
    }

    /// <summary>The figures of the present second of a series.</summary>
    internal Figures Touch(Series series, long second)
    {
        if (series.Open is null)
        {
            series.Open = _pool.TryPop(out Figures? pooled) ? pooled : new Figures();
            if (series.First.IsEmpty)
            {
                series.LastSeen = second;
                _touched.Add(series);
            }
            else
            {
                FigureCodec.Add(FirstOf(series), series.Open);
                series.First = default;
            }
        }

        return series.Open;
    }

    /// <summary>Adds what has come in the present second to figures.</summary>
    internal void AddPresent(Series series, Figures to)
    {
        if (series.Open is { } open)
        {
            to.Add(open);
        }
        else
        {
            FigureCodec.Add(FirstOf(series), to);
        }
    }

    /// <summary>Ends the present second: it becomes a point of the finest tier.</summary>
    /// <param name="arena">Where points are kept.</param>
    /// <param name="step">Seconds since the open block began.</param>
    internal void EndSecond(PageArena arena, int step)
    {
        foreach (Series series in _touched)
        {
            if (series.Open is not { } open)
            {
                Append(arena, series, 0, step, FirstOf(series));
                series.First = default;
                continue;
            }

            Append(arena, series, 0, step, open);
            open.Clear();
            _pool.Push(open);
            series.Open = null;
        }

        _touched.Clear();
        _firstsLength = 0;
    }

    internal void Append(PageArena arena, Series series, int tier, int step, Figures figures)
        => Append(arena, series, tier, step, _point.AsSpan(0, FigureCodec.Write(_point, figures)));

    private void Append(PageArena arena, Series series, int tier, int step, ReadOnlySpan<byte> point)
    {
        if (!series.Head(tier).Append(arena, step, point))
        {
            Lost++;
        }
    }

    private ReadOnlySpan<byte> FirstOf(Series series) => _firsts.AsSpan(series.First.Start, series.First.Length);

    private PackedRange Keep(ReadOnlySpan<byte> packed)
    {
        if (_firsts.Length - _firstsLength < packed.Length)
        {
            Array.Resize(ref _firsts, Math.Max(_firsts.Length * 2, _firstsLength + FigureCodec.MaxBytes));
        }

        PackedRange place = new(_firstsLength, packed.Length);
        packed.CopyTo(_firsts.AsSpan(_firstsLength));
        _firstsLength += packed.Length;
        return place;
    }

    /// <summary>Takes the open points of a tier out of every series; the caller seals them.</summary>
    internal PackedChain[] Detach(int tier)
    {
        PackedChain[] chains = new PackedChain[_byIndex.Count];
        for (int i = 0; i < chains.Length; i++)
        {
            if (_byIndex[i] is { } series)
            {
                chains[i] = series.Head(tier);
                series.Head(tier) = default;
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
            if (_byIndex[i] is { } series && series.LastSeen < second && !series.HasPresent && series.Active == 0 && series.HasNoPoints)
            {
                series.IsForgotten = true;
                _byKey.Remove(series);
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

        _byKey.Add(series);
        return series;
    }
}
