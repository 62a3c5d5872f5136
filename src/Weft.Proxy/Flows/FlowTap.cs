using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.Proxy.Flows;

/// <summary>One tap: records that match a filter go to whoever asked, at a bounded rate and for a bounded time. Control thread.</summary>
internal sealed class FlowTap(string id, Filter filter, int perSecond, long untilMs)
{
    private FlowBatch _batch = new() { Tap = id };
    private long _secondMs;
    private int _inSecond;

    public string Id { get; } = id;

    /// <summary>Header fields that are wanted, in lower case.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public bool IsOver(long nowMs) => nowMs >= untilMs;

    /// <summary>Looks at one record.</summary>
    public void Offer(FlowView view, long nowMs)
    {
        if (!filter.Matches(new FlowSubject<FlowView>(view)))
        {
            return;
        }

        _batch.Matched++;
        if (nowMs - _secondMs >= 1_000)
        {
            (_secondMs, _inSecond) = (nowMs, 0);
        }

        if (_inSecond >= perSecond)
        {
            _batch.Dropped++;
            return;
        }

        _inSecond++;
        FlowRecord record = view.ToRecord();
        if (record.Sampled.Length == 0)
        {
            record.Sampled = "tap";
        }

        _batch.Flows.Add(record);
    }

    /// <summary>Records that were lost before anybody could look at them.</summary>
    public void Lose(long count) => _batch.Dropped += (ulong)count;

    /// <summary>What has come together since the last call; null for nothing.</summary>
    public FlowBatch? Take()
    {
        if (_batch.Matched == 0 && _batch.Dropped == 0)
        {
            return null;
        }

        FlowBatch batch = _batch;
        _batch = new FlowBatch { Tap = Id };
        return batch;
    }
}
