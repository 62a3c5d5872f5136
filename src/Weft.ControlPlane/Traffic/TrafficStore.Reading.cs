using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Traffic;

/// <summary>Figures over windows and per step, put together from what is open, sealed and on file. A window is read in the coarsest resolution that fits
/// its middle, and in finer ones at its ends.</summary>
internal sealed partial class TrafficStore
{
    /// <summary>Adds up every series of a family that had traffic in a window, or has something open now.</summary>
    /// <param name="family">Which.</param>
    /// <param name="side">Whose view.</param>
    /// <param name="span">Seconds, Unix time, the end excluded.</param>
    /// <param name="only">Which keys; null for all.</param>
    internal List<SeriesSum> Sum(SeriesFamily family, Side side, (long From, long To) span, Predicate<SeriesKey>? only = null)
    {
        SeriesTable table = Table(family, side);
        HashSet<int>? chosen = only is null ? null : Choose(table, only);
        SumSink sink;
        lock (_lock)
        {
            sink = new SumSink(table.Length, chosen is null ? null : chosen.Contains);
        }

        Read(table, Tier.All[^1], span, sink);
        lock (_lock)
        {
            List<SeriesSum> sums = new(chosen?.Count ?? table.Count);
            for (int i = 0; i < sink.Sums.Length; i++)
            {
                if (table.At(i) is { } series && sink.Wants(i) && (sink.Sums[i] is not null || series.Active > 0))
                {
                    sums.Add(SeriesSum.Of(series, sink.Sums[i] ?? FigurePool.Take()));
                }
            }

            return sums;
        }
    }

    /// <summary>Every series of a family with what is known of it now, and no figures.</summary>
    internal Dictionary<SeriesKey, SeriesSum> Known(SeriesFamily family, Side side)
    {
        lock (_lock)
        {
            return Table(family, side).All.ToDictionary(static series => series.Key, static series => SeriesSum.Of(series, new Figures()));
        }
    }

    /// <summary>Figures per step of all series that a predicate chooses, added up.</summary>
    /// <param name="family">Which.</param>
    /// <param name="side">Whose view.</param>
    /// <param name="span">Seconds, Unix time, the end excluded; the start is the start of step 0.</param>
    /// <param name="stepSeconds">A multiple of the step of the tier that <see cref="TierFor"/> gives.</param>
    /// <param name="only">Which keys.</param>
    internal Figures?[] Steps(SeriesFamily family, Side side, (long From, long To) span, int stepSeconds, Predicate<SeriesKey> only)
    {
        SeriesTable table = Table(family, side);
        int steps = (int)((span.To - span.From + stepSeconds - 1) / stepSeconds);
        StepSink sink = new(Choose(table, only), span.From, stepSeconds, steps);
        Read(table, TierFor(span.From, stepSeconds), span, sink);
        return sink.Steps;
    }

    /// <summary>The finest tier that reaches back to a moment and whose steps a step is made of.</summary>
    internal Tier TierFor(long from, int stepSeconds)
    {
        Tier best = Tier.All[0];
        foreach (Tier tier in Tier.All.Skip(1))
        {
            if (from < OldestOf(best) || (stepSeconds >= tier.StepSeconds && stepSeconds % tier.StepSeconds == 0 && from % tier.StepSeconds == 0))
            {
                best = tier;
            }
        }

        return best;
    }

    private HashSet<int> Choose(SeriesTable table, Predicate<SeriesKey> only)
    {
        lock (_lock)
        {
            return [.. table.All.Where(series => only(series.Key)).Select(static series => series.Index)];
        }
    }

    private long OldestOf(Tier tier) => Volatile.Read(ref _second) - tier.KeptSeconds;

    private void Read(SeriesTable table, Tier coarsest, (long From, long To) span, PointSink sink)
    {
        foreach ((Tier tier, long from, long to) in Cover(coarsest, span.From, span.To))
        {
            Scan(table, tier, (from, to), sink);
        }
    }

    /// <summary>Splits a span so that its middle is read in coarse steps and its ends in fine ones. Where finer steps are forgotten, whole coarse ones
    /// are taken.</summary>
    private List<(Tier Tier, long From, long To)> Cover(Tier tier, long from, long to)
    {
        if (from >= to)
        {
            return [];
        }

        if (tier.Index == 0)
        {
            return [(tier, from, to)];
        }

        Tier finer = Tier.All[tier.Index - 1];
        long oldest = OldestOf(finer);
        long rolled = tier.Floor(Volatile.Read(ref _second));
        long start = from < oldest ? tier.Floor(from) : tier.Ceiling(from);
        long end = Math.Min(rolled, to < oldest ? tier.Ceiling(to) : tier.Floor(to));
        if (start >= end)
        {
            return Cover(finer, from, to);
        }

        return [.. Cover(finer, from, Math.Min(start, to)), (tier, start, end), .. Cover(finer, end, to)];
    }

    /// <summary>Gives the points of one tier in a span to a sink.</summary>
    private void Scan(SeriesTable table, Tier tier, (long From, long To) span, PointSink sink)
    {
        List<(Block Block, IReadOnlyDictionary<(int Table, int Group), byte[]>? Groups)> sealedBlocks = [];
        lock (_lock)
        {
            foreach (Block block in _blocks)
            {
                if (block.Tier != tier || !block.Overlaps(span.From, span.To))
                {
                    continue;
                }

                if (block.Pages is { } pages)
                {
                    ScanPages(pages[table.Number], block, span, sink);
                }
                else
                {
                    sealedBlocks.Add((block, block.Groups));
                }
            }

            ScanOpen(table, tier, span, sink);
        }

        foreach ((Block block, IReadOnlyDictionary<(int Table, int Group), byte[]>? groups) in sealedBlocks)
        {
            ScanSealed(table, block, groups, span, sink);
        }
    }

    private void ScanPages(PackedChain[] chains, Block block, (long From, long To) span, PointSink sink)
    {
        for (int i = 0; i < chains.Length; i++)
        {
            if (!chains[i].IsEmpty && sink.Wants(i))
            {
                ReadChain(chains[i], i, block.Tier, block.From, span, sink);
            }
        }
    }

    private void ScanOpen(SeriesTable table, Tier tier, (long From, long To) span, PointSink sink)
    {
        bool withSecond = tier.Index == 0 && _second >= span.From && _second < span.To;
        if (span.To <= _blockStart[tier.Index] && !withSecond)
        {
            return;
        }

        for (int i = 0; i < table.Length; i++)
        {
            if (table.At(i) is not { } series || !sink.Wants(i))
            {
                continue;
            }

            if (!series.Head(tier.Index).IsEmpty)
            {
                ReadHead(series, tier, span, sink);
            }

            if (withSecond && series.HasPresent && sink.Begin(i, _second) is { } figures)
            {
                table.AddPresent(series, figures);
                sink.End(i, _second, figures);
            }
        }
    }

    private void ScanSealed(
        SeriesTable table, Block block, IReadOnlyDictionary<(int Table, int Group), byte[]>? groups, (long From, long To) span, PointSink sink)
    {
        int[] wanted = [.. Enumerable.Range(0, table.Groups).Where(group => WantsGroup(table, group, sink))];
        bool isWhole = wanted.Length > 8 && wanted.Length > table.Groups / 2;
        if (groups is null && isWhole)
        {
            _file?.ReadTable(block.Id, table.Number, (group, data) => ReadGroup(block, group, data, span, sink));
            return;
        }

        foreach (int group in wanted)
        {
            byte[]? data = groups is null
                ? _file?.ReadGroup(block.Id, table.Number, group)
                : groups.GetValueOrDefault((table.Number, group));
            if (data is not null)
            {
                ReadGroup(block, group, data, span, sink);
            }
        }
    }

    private static void ReadGroup(Block block, int group, byte[] data, (long From, long To) span, PointSink sink)
    {
        try
        {
            block.ReadGroup(data, group, span, sink);
        }
        catch (Exception fault) when (fault is InvalidDataException or IndexOutOfRangeException or ArgumentException)
        {
            throw new StoreException($"figures of {DateTimeOffset.FromUnixTimeSeconds(block.From):u} are damaged", fault);
        }
    }

    private static bool WantsGroup(SeriesTable table, int group, PointSink sink)
    {
        int first = group * TrafficLimits.SeriesPerGroup;
        int end = Math.Min(table.Length, first + TrafficLimits.SeriesPerGroup);
        for (int i = first; i < end; i++)
        {
            if (sink.Wants(i))
            {
                return true;
            }
        }

        return false;
    }
}
