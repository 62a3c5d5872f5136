namespace Weft.ControlPlane.Traffic;

/// <summary>What survives a restart: blocks, series, and where the counters of proxies stood.</summary>
internal sealed partial class TrafficStore
{
    /// <summary>Goes on where an earlier run of the server ended, and keeps figures in a file from now on.</summary>
    /// <exception cref="Store.StoreException">The file cannot be read.</exception>
    internal static TrafficStore Open(HistoryFile file, DateTimeOffset now)
    {
        TrafficStore store = new() { _file = file };
        store.Load(now.ToUnixTimeSeconds());
        return store;
    }

    /// <summary>Ends all blocks and writes everything, so that the next run misses nothing. Reports that come later are lost.</summary>
    /// <exception cref="Store.StoreException">The file cannot be written.</exception>
    internal void Stop()
    {
        lock (_lock)
        {
            EndAll();
        }

        Flush();
        if (_file is not null)
        {
            List<(string, string, string, byte[])> proxies;
            lock (_lock)
            {
                proxies = [.. _proxies
                    .Where(static proxy => !proxy.Value.NeedsBaseline)
                    .Select(static proxy => (proxy.Key.ToString(), proxy.Value.Epoch, proxy.Value.Service, CellsCodec.Write(proxy.Value)))];
            }

            _file.SaveCells(proxies);
        }
    }

    private void Load(long now)
    {
        Reasons.Restore(_file!.ListReasons());
        _savedReasons = Reasons.Count;
        foreach ((int table, int id, SeriesKey key, long firstSeen) in _file.ListSeries())
        {
            if (table >= 0 && table < _tables.Length && id >= 0)
            {
                // When it was last seen is not written: it is kept as if it had been seen now.
                _tables[table].Restore(key, id, firstSeen, now);
            }
        }

        foreach (SeriesTable table in _tables)
        {
            table.CollectFree();
        }

        _blocks = [.. _file.ListBlocks()
            .Where(static block => block.Tier >= 0 && block.Tier < Tier.All.Count)
            .Select(static block => new Block(block.Id, Tier.All[block.Tier], block.From, block.To) { IsOnFile = true })];
        _lastBlock = _blocks.Select(static block => block.Id).DefaultIfEmpty(0).Max();
        LoadCells();
        Rebuild(now);
    }

    private void LoadCells()
    {
        foreach ((string workload, string epoch, string service, byte[] data) in _file!.TakeCells())
        {
            ProxyCells cells = new(service, epoch) { LastSecond = 0 };
            if (Model.NamespacedName.Find(workload) is { } name && CellsCodec.TryRead(data, cells, key => key.Shared(_names), Reasons))
            {
                _proxies[name] = cells;
                _cells += cells.Cells.Count;
            }
        }
    }

    /// <summary>After an end without <see cref="Stop"/> the coarser tiers lack what was not sealed yet: it is made again from the finer one.</summary>
    private void Rebuild(long now)
    {
        _second = now;
        foreach (ProxyCells cells in _proxies.Values)
        {
            cells.LastSecond = now;
        }

        foreach (Tier tier in Tier.All)
        {
            _blockStart[tier.Index] = tier.Floor(now);
        }

        foreach (Tier tier in Tier.All.Skip(1))
        {
            Tier finer = Tier.All[tier.Index - 1];
            Block[] source = [.. _blocks.Where(block => block.Tier == finer)];
            long done = _blocks.Where(block => block.Tier == tier).Select(static block => block.To).DefaultIfEmpty(0).Max();
            long from = Math.Max(done, source.Select(static block => block.From).DefaultIfEmpty(_blockStart[finer.Index]).Min());

            // What goes on now is rolled when it ends.
            long to = tier.Index == 1 ? source.Select(static block => block.To).DefaultIfEmpty(0).Max() : tier.Floor(now);
            if (from < to)
            {
                _blockStart[tier.Index] = tier.Floor(from);
                RebuildTier(tier, from, to);
            }
        }
    }

    private void RebuildTier(Tier tier, long from, long to)
    {
        for (long step = tier.Floor(from); step < to; step += tier.StepSeconds)
        {
            (long, long) span = (Math.Max(from, step), Math.Min(to, step + tier.StepSeconds));
            foreach (SeriesTable table in _tables)
            {
                SumSink sums = new(table.Length);
                Scan(table, Tier.All[tier.Index - 1], span, sums);
                for (int i = 0; i < table.Length; i++)
                {
                    if (sums.Sums[i] is { } sum && table.At(i) is { } series)
                    {
                        table.Append(_arena, series, tier.Index, (int)((step - _blockStart[tier.Index]) / tier.StepSeconds), sum);
                    }
                }
            }
        }
    }
}
