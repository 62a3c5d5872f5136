using Weft.Contracts.Flow;

namespace Weft.ControlPlane.Flows;

/// <summary>Recent flow records of all proxies: those sent unasked (failed, slow, a share of the rest), and apart from them those of taps, which are many
/// and would push the others out.</summary>
internal sealed class FlowStore
{
    internal const int RecordsMax = 40_000;
    internal const int TappedMax = 10_000;
    internal const long BytesMax = 32 * 1024 * 1024;

    /// <summary>Longer records are no honest proxy's.</summary>
    internal const int RecordBytesMax = 32 * 1024;

    private readonly Lock _lock = new();
    private readonly FlowRing _kept = new(RecordsMax, BytesMax);
    private readonly FlowRing _tapped = new(TappedMax, BytesMax / 4);
    private long _dropped;

    /// <summary>Records that proxies could not send, or that were too long.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    internal void Lose(ulong count) => Interlocked.Add(ref _dropped, (long)Math.Min(count, int.MaxValue));

    /// <param name="record">The record; its proxy is set.</param>
    /// <param name="isTapped">Whether a tap asked for it.</param>
    internal void Add(FlowRecord record, bool isTapped)
    {
        byte[] packed = record.ToBytes();
        if (packed.Length > RecordBytesMax)
        {
            Lose(1);
            return;
        }

        lock (_lock)
        {
            (isTapped ? _tapped : _kept).Add(record, packed);
        }
    }

    /// <summary>Records that match, newest first.</summary>
    internal List<FlowRecord> List(Filter filter, int limit, long sinceUnixUs)
    {
        byte[][] kept;
        byte[][] tapped;
        lock (_lock)
        {
            kept = _kept.All();
            tapped = _tapped.All();
        }

        // Both are in order of coming; what comes late is old by a moment only, which the sort below puts right.
        IEnumerable<FlowRecord> matching = Matching(kept, filter, sinceUnixUs).Take(limit).Concat(Matching(tapped, filter, sinceUnixUs).Take(limit));
        return [.. Distinct(matching).OrderByDescending(static record => record.StartUnixUs).Take(limit)];
    }

    /// <summary>What every proxy on the way wrote of a request, the caller's first.</summary>
    internal List<FlowRecord> OfRequest(string requestId) => Join(ring => ring.OfRequest(requestId));

    internal List<FlowRecord> OfTrace(string traceId) => Join(ring => ring.OfTrace(traceId));

    private List<FlowRecord> Join(Func<FlowRing, IEnumerable<byte[]>> of)
    {
        byte[][] found;
        lock (_lock)
        {
            found = [.. of(_kept), .. of(_tapped)];
        }

        return FlowOrder.Of(Distinct(found.Select(static packed => FlowRecord.Parse(packed))));
    }

    private static IEnumerable<FlowRecord> Matching(byte[][] packed, Filter filter, long sinceUnixUs)
    {
        for (int i = packed.Length - 1; i >= 0; i--)
        {
            FlowRecord record = FlowRecord.Parse(packed[i]);
            if (record.StartUnixUs >= sinceUnixUs && filter.Matches(record))
            {
                yield return record;
            }
        }
    }

    /// <summary>A record that was sent unasked and by a tap is one.</summary>
    private static IEnumerable<FlowRecord> Distinct(IEnumerable<FlowRecord> records)
        => records.DistinctBy(static record => (record.Proxy, record.RequestId, record.Direction, record.StartUnixUs, record.Method, record.Path));
}
