using Weft.Contracts.Flow;

namespace Weft.ControlPlane.Flows;

/// <summary>The newest flow records, packed as they travel, found by request and by trace. Bounded in number and bytes; the oldest go first.
/// Guarded by its owner's lock.</summary>
internal sealed class FlowRing(int recordsMax, long bytesMax)
{
    private readonly Queue<Entry> _entries = new();
    private readonly Dictionary<string, List<Entry>> _byRequest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>> _byTrace = new(StringComparer.Ordinal);

    internal int Count => _entries.Count;

    internal long Bytes { get; private set; }

    internal void Add(FlowRecord record, byte[] packed)
    {
        Entry entry = new(packed, record.RequestId, record.TraceId.Length == 16 ? Convert.ToHexStringLower(record.TraceId) : "");
        _entries.Enqueue(entry);
        Bytes += packed.Length;
        Index(_byRequest, entry.RequestId, entry);
        Index(_byTrace, entry.TraceId, entry);
        while (_entries.Count > recordsMax || Bytes > bytesMax)
        {
            Entry oldest = _entries.Dequeue();
            Bytes -= oldest.Packed.Length;
            Drop(_byRequest, oldest.RequestId, oldest);
            Drop(_byTrace, oldest.TraceId, oldest);
        }
    }

    internal IEnumerable<byte[]> OfRequest(string id) => _byRequest.TryGetValue(id, out List<Entry>? found) ? found.Select(static entry => entry.Packed) : [];

    internal IEnumerable<byte[]> OfTrace(string id) => _byTrace.TryGetValue(id, out List<Entry>? found) ? found.Select(static entry => entry.Packed) : [];

    /// <summary>All, in the order in which they came, the newest last.</summary>
    internal byte[][] All() => [.. _entries.Select(static entry => entry.Packed)];

    private static void Index(Dictionary<string, List<Entry>> index, string key, Entry entry)
    {
        if (key.Length == 0)
        {
            return;
        }

        if (!index.TryGetValue(key, out List<Entry>? entries))
        {
            index.Add(key, entries = []);
        }

        entries.Add(entry);
    }

    private static void Drop(Dictionary<string, List<Entry>> index, string key, Entry entry)
    {
        if (key.Length > 0 && index.TryGetValue(key, out List<Entry>? entries))
        {
            entries.Remove(entry);
            if (entries.Count == 0)
            {
                index.Remove(key);
            }
        }
    }

    private sealed record Entry(byte[] Packed, string RequestId, string TraceId);
}
