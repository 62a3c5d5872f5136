namespace Weft.ControlPlane.Traffic;

/// <summary>How seconds become points, points become coarser points, and blocks are sealed, written and forgotten.</summary>
internal sealed partial class TrafficStore
{
    /// <summary>From this fill of the arena on, blocks of the finest tier are sealed before their time: they hold most, and are asked for least.</summary>
    private const double SealFinestAt = 0.15;

    /// <summary>From this fill on, those of the other tiers, too.</summary>
    private const double SealEarlyAt = 0.3;

    /// <summary>After a longer silence of the clock there is nothing to roll second by second.</summary>
    private const int LongestGapSeconds = 3_600;

    private readonly PageArena _arena = new(TrafficLimits.OpenBytesMax);
    private readonly long[] _blockStart = new long[Tier.All.Count];
    private readonly Queue<Block> _toPack = new();
    private readonly Queue<Block> _toSave = new();
    private readonly RollSink _roll = new();
    private byte[] _scratch = new byte[64 * 1024];
    private HistoryFile? _file;
    private Block[] _blocks = [];
    private long _second;
    private long _nextForget;
    private long _lastBlock;
    private int _savedReasons = 1;

    /// <summary>Bytes of points that are not in sealed blocks.</summary>
    internal long OpenBytes
    {
        get
        {
            lock (_lock)
            {
                return (long)_arena.UsedPages * PageArena.PageBytes;
            }
        }
    }

    /// <summary>Bytes of sealed blocks in memory.</summary>
    internal long CachedBytes
    {
        get
        {
            lock (_lock)
            {
                return _blocks.Sum(static block => block.CachedBytes);
            }
        }
    }

    /// <summary>Points for which there was no room.</summary>
    internal long LostPoints => _tables.Sum(static table => table.Lost);

    /// <summary>Lets time pass. To be called about once a second.</summary>
    internal void Advance(DateTimeOffset now)
    {
        lock (_lock)
        {
            AdvanceTo(now.ToUnixTimeSeconds());
            ForgetAway(_second);
        }
    }

    /// <summary>Packs sealed blocks, writes them to the file and removes what is too old. Compressing and writing happen without the store's lock.</summary>
    /// <exception cref="Store.StoreException">The file cannot be written; the blocks stay in memory, within their bound.</exception>
    internal void Flush()
    {
        while (NextToPack() is { } block)
        {
            Pack(block);
            _toSave.Enqueue(block);
        }

        while (_file is not null && _toSave.TryPeek(out Block? block))
        {
            if (Volatile.Read(ref _blocks).Contains(block))
            {
                Save(block);
            }

            _toSave.Dequeue();
        }

        _toSave.Clear();
        Expire();
    }

    private Block? NextToPack()
    {
        lock (_lock)
        {
            return _toPack.TryDequeue(out Block? block) ? block : null;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void AdvanceTo(long second)
    {
        if (_second == 0 || second - _second > LongestGapSeconds)
        {
            EndAll();
            _second = second;
            foreach (Tier tier in Tier.All)
            {
                _blockStart[tier.Index] = tier.Floor(second);
            }
        }

        // A clock that was set back adds to the newest second rather than breaking the order.
        while (_second < second)
        {
            EndSecond();
            _second++;
            RollAt(_second);
            SealAt(_second);
        }
    }

    private void EndSecond()
    {
        int step = (int)(_second - _blockStart[0]);
        foreach (SeriesTable table in _tables)
        {
            table.EndSecond(_arena, step);
        }
    }

    private void RollAt(long second)
    {
        foreach (Tier tier in Tier.All.Skip(1))
        {
            if (second % tier.StepSeconds == 0)
            {
                Roll(tier, second - tier.StepSeconds, second);
            }
        }
    }

    private void SealAt(long second)
    {
        double fill = _arena.Fill;
        foreach (Tier tier in Tier.All)
        {
            // A block may only end where the next coarser tier has taken over its points.
            int coarser = Tier.All[Math.Min(tier.Index + 1, Tier.All.Count - 1)].StepSeconds;
            if (second % tier.BlockSeconds == 0 || (fill > (tier.Index == 0 ? SealFinestAt : SealEarlyAt) && second % coarser == 0))
            {
                Seal(tier, second);
            }
        }
    }

    /// <summary>Ends everything that is open, in the middle of steps too: what follows begins new blocks, and steps that were cut are added up by readers.</summary>
    private void EndAll()
    {
        if (_second == 0)
        {
            return;
        }

        EndSecond();
        _second++;
        foreach (Tier tier in Tier.All.Skip(1))
        {
            if (_second % tier.StepSeconds != 0)
            {
                Roll(tier, tier.Floor(_second), _second);
            }
            else
            {
                Roll(tier, _second - tier.StepSeconds, _second);
            }
        }

        foreach (Tier tier in Tier.All)
        {
            Seal(tier, _second);
        }
    }

    /// <summary>Adds the finer tier's points of a span up to one point of this tier.</summary>
    private void Roll(Tier tier, long from, long to)
    {
        Tier finer = Tier.All[tier.Index - 1];
        int step = (int)((tier.Floor(from) - _blockStart[tier.Index]) / tier.StepSeconds);
        foreach (SeriesTable table in _tables)
        {
            for (int i = 0; i < table.Length; i++)
            {
                if (table.At(i) is { } series && !series.Head(finer.Index).IsEmpty)
                {
                    _roll.Sum.Clear();
                    ReadHead(series, finer, (from, to), _roll);
                    if (!_roll.Sum.IsEmpty)
                    {
                        table.Append(_arena, series, tier.Index, step, _roll.Sum);
                    }
                }
            }
        }
    }

    private void ReadHead(Series series, Tier tier, (long From, long To) span, PointSink sink)
        => ReadChain(series.Head(tier.Index), series.Index, tier, _blockStart[tier.Index], span, sink);

    private void ReadChain(in PackedChain chain, int series, Tier tier, long start, (long From, long To) span, PointSink sink)
    {
        if (_scratch.Length < chain.Bytes)
        {
            _scratch = new byte[chain.Bytes * 2];
        }

        chain.CopyTo(_arena, _scratch.AsSpan(0, chain.Bytes));
        PointReader.Read(_scratch.AsSpan(0, chain.Bytes), series, start, tier.StepSeconds, span, sink);
    }

    private void Seal(Tier tier, long to)
    {
        long from = _blockStart[tier.Index];

        // What follows an end in the middle of a step goes on with the same step in the next block.
        _blockStart[tier.Index] = tier.Floor(to);
        PackedChain[][] pages = Array.ConvertAll(_tables, table => table.Detach(tier.Index));
        if (!Array.Exists(pages, static chains => Array.Exists(chains, static chain => !chain.IsEmpty)))
        {
            return;
        }

        Block block = new(++_lastBlock, tier, from, to) { Pages = pages };
        _blocks = [.. _blocks, block];
        _toPack.Enqueue(block);
    }

    /// <summary>Compresses group after group; the lock is held only while bytes are gathered.</summary>
    private void Pack(Block block)
    {
        Dictionary<(int Table, int Group), byte[]> groups = [];
        for (int table = 0; table < _tables.Length; table++)
        {
            PackedChain[] chains = block.Pages![table];
            for (int group = 0; group * TrafficLimits.SeriesPerGroup < chains.Length; group++)
            {
                ReadOnlyMemory<byte> plain;
                lock (_lock)
                {
                    plain = Block.Gather(chains, group, _arena);
                }

                if (!plain.IsEmpty)
                {
                    groups.Add((table, group), Block.Compress(plain.Span));
                }
            }
        }

        lock (_lock)
        {
            block.Groups = groups;
            foreach (PackedChain[] chains in block.Pages!)
            {
                for (int i = 0; i < chains.Length; i++)
                {
                    chains[i].Free(_arena);
                }
            }

            block.Pages = null;
        }
    }

    private void Save(Block block)
    {
        List<(int Table, Series Series)> news;
        lock (_lock)
        {
            news = [.. _tables.SelectMany(table => table.All.Where(static series => !series.IsSaved).Select(series => (table.Number, series)))];
        }

        int reasons = Reasons.Count;
        _file!.Save(block, news, Reasons.From(_savedReasons), _savedReasons);
        _savedReasons = reasons;
        foreach ((_, Series series) in news)
        {
            series.IsSaved = true;
        }

        block.IsOnFile = true;
    }

    /// <summary>Removes blocks that are too old, or too many for the file or the memory; and once an hour series that nothing holds any more.</summary>
    private void Expire()
    {
        List<Block> gone = [];
        lock (_lock)
        {
            gone.AddRange(_blocks.Where(block => block.To < _second - block.Tier.KeptSeconds && block.Pages is null));
            gone.AddRange(TrimCache());
            _blocks = [.. _blocks.Except(gone)];
        }

        foreach (Block block in gone.Where(static block => block.IsOnFile))
        {
            _file?.DeleteBlock(block.Id);
        }

        if (_second >= _nextForget)
        {
            _nextForget = _second + 3_600;
            ForgetSeries();
            ShrinkFile();
        }
    }

    /// <summary>The newest blocks stay in memory too. What is on file is read from there; what is nowhere else is lost when there is too much of it.</summary>
    private List<Block> TrimCache()
    {
        List<Block> lost = [];
        long bytes = 0;
        foreach (Block block in _blocks.Where(static block => block.Groups is not null).OrderByDescending(static block => block.To).ToArray())
        {
            bytes += block.CachedBytes;
            if (bytes <= TrafficLimits.CachedBytesMax)
            {
                continue;
            }

            if (block.IsOnFile)
            {
                block.Groups = null;
            }
            else
            {
                lost.Add(block);
            }
        }

        return lost;
    }

    private void ForgetSeries()
    {
        Tier coarsest = Tier.All[^1];
        foreach (SeriesTable table in _tables)
        {
            List<int> forgotten;
            lock (_lock)
            {
                forgotten = table.ForgetBefore(_second - coarsest.KeptSeconds - coarsest.BlockSeconds);
            }

            if (forgotten.Count > 0)
            {
                _file?.DeleteSeries(table.Number, forgotten);
            }
        }
    }

    private void ShrinkFile()
    {
        while (_file is { } file && file.Bytes > TrafficLimits.FileBytesMax)
        {
            Block? oldest;
            lock (_lock)
            {
                oldest = _blocks.Where(static block => block.IsOnFile).OrderByDescending(static block => block.Tier.Index).ThenBy(static block => block.From).FirstOrDefault();
                _blocks = [.. _blocks.Where(block => block != oldest)];
            }

            if (oldest is null)
            {
                return;
            }

            file.DeleteBlock(oldest.Id);
        }
    }

    private sealed class RollSink : PointSink
    {
        internal Figures Sum { get; } = new();

        internal override Figures Begin(int series, long second) => Sum;
    }
}
