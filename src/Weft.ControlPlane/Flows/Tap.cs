using System.Threading.Channels;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Flows;

/// <summary>One tap that somebody holds open: what proxies send for it, until the reader takes it.</summary>
internal sealed class Tap
{
    /// <summary>Records that wait for a reader; a slow reader loses the oldest, and is told how many.</summary>
    internal const int WaitingMax = 10_000;

    private readonly Channel<FlowRecord> _records;
    private long _matched;
    private long _dropped;

    internal Tap(string id, TapRequest request)
    {
        Id = id;
        Request = request;
        _records = Channel.CreateBounded<FlowRecord>(
            new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
    }

    internal string Id { get; }

    internal TapRequest Request { get; }

    internal ChannelReader<FlowRecord> Records => _records.Reader;

    /// <summary>Records that the filter matched at the proxies.</summary>
    internal long Matched => Interlocked.Read(ref _matched);

    /// <summary>Records that were lost: over the rate, or because somebody was too slow.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Proxies that were told to send.</summary>
    internal HashSet<RegistryMark> Proxies { get; } = [];

    internal void Take(FlowBatch batch)
    {
        Interlocked.Add(ref _matched, (long)Math.Min(batch.Matched, long.MaxValue / 4));
        Interlocked.Add(ref _dropped, (long)Math.Min(batch.Dropped, long.MaxValue / 4));
        foreach (FlowRecord record in batch.Flows)
        {
            _records.Writer.TryWrite(record);
        }
    }

    /// <summary>One session of one proxy: a proxy that came back must be told again.</summary>
    internal readonly record struct RegistryMark(Registry.RegistrySession Session);
}
