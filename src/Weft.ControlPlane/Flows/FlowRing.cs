using System.Runtime.InteropServices;
using Weft.Contracts.Flow;

namespace Weft.ControlPlane.Flows;

/// <summary>The newest flow records, packed as they travel, found by request and by trace. Bounded in number and bytes; the oldest go first.
/// Guarded by its owner's lock.</summary>
internal sealed class FlowRing(int recordsMax, long bytesMax)
{
    private readonly Queue<Entry> _entries = new();
    private readonly FlowIndex _byRequest = new(static entry => entry.RequestId, static entry => ref entry.NextOfRequest);
    private readonly FlowIndex _byTrace = new(static entry => entry.TraceId, static entry => ref entry.NextOfTrace);

    internal int Count => _entries.Count;

    internal long Bytes { get; private set; }

    internal void Add(FlowRecord record, byte[] packed)
    {
        Entry entry = new(packed, record.RequestId, record.TraceId.Length == 16 ? Convert.ToHexStringLower(record.TraceId) : "");
        _entries.Enqueue(entry);
        Bytes += packed.Length;
        _byRequest.Add(entry);
        _byTrace.Add(entry);
        while (_entries.Count > recordsMax || Bytes > bytesMax)
        {
            Entry oldest = _entries.Dequeue();
            Bytes -= oldest.Packed.Length;
            _byRequest.DropOldest(oldest);
            _byTrace.DropOldest(oldest);
        }
    }

    internal IEnumerable<byte[]> OfRequest(string id) => _byRequest.Of(id);

    internal IEnumerable<byte[]> OfTrace(string id) => _byTrace.Of(id);

    /// <summary>All, in the order in which they came, the newest last.</summary>
    internal byte[][] All() => [.. _entries.Select(static entry => entry.Packed)];

    private delegate ref Entry? NextOf(Entry entry);

    /// <summary>Records by one of their names, chained through the records themselves: nearly every name has one or two, which is too few for a list.</summary>
    private sealed class FlowIndex(Func<Entry, string> nameOf, NextOf nextOf)
    {
        private readonly Dictionary<string, (Entry First, Entry Last)> _chains = new(StringComparer.Ordinal);

        internal void Add(Entry entry)
        {
            string name = nameOf(entry);
            if (name.Length == 0)
            {
                return;
            }

            ref (Entry First, Entry Last) chain = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, name, out bool isKnown);
            if (isKnown)
            {
                nextOf(chain.Last) = entry;
                chain.Last = entry;
            }
            else
            {
                chain = (entry, entry);
            }
        }

        /// <summary>Takes out the oldest record of all, which is the first of its chain.</summary>
        internal void DropOldest(Entry entry)
        {
            string name = nameOf(entry);
            if (name.Length == 0)
            {
                return;
            }

            if (nextOf(entry) is not { } next)
            {
                _chains.Remove(name);
                return;
            }

            // The name in the table is still the first one's own text; as it is equal to that of the next, it may stay.
            CollectionsMarshal.GetValueRefOrNullRef(_chains, name).First = next;
        }

        internal IEnumerable<byte[]> Of(string name)
        {
            if (_chains.TryGetValue(name, out (Entry First, Entry Last) chain))
            {
                for (Entry? entry = chain.First; entry is not null; entry = nextOf(entry))
                {
                    yield return entry.Packed;
                }
            }
        }
    }

    private sealed class Entry(byte[] packed, string requestId, string traceId)
    {
        /// <summary>The next newer record of the same request.</summary>
        internal Entry? NextOfRequest;

        /// <summary>The next newer record of the same trace.</summary>
        internal Entry? NextOfTrace;

        internal byte[] Packed { get; } = packed;

        internal string RequestId { get; } = requestId;

        internal string TraceId { get; } = traceId;
    }
}
