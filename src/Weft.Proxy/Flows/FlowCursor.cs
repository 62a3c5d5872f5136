namespace Weft.Proxy.Flows;

/// <summary>Reads one ring from where it stopped last. Control thread.</summary>
internal sealed class FlowCursor(FlowRing ring)
{
    private long _next = ring.Written;

    /// <summary>Records that were written over before they were read.</summary>
    public long Lost { get; private set; }

    /// <summary>What comes from now on.</summary>
    public void SkipToEnd() => _next = ring.Written;

    /// <summary>The next record; false when all have been read.</summary>
    public bool TryNext(ref FlowData record)
    {
        long written = ring.Written;
        while (_next < written)
        {
            long oldest = written - ring.Capacity;
            if (_next < oldest)
            {
                Lost += oldest - _next;
                _next = oldest;
            }

            if (ring.TryRead(_next++, ref record))
            {
                return true;
            }

            Lost++;
            written = ring.Written;
        }

        return false;
    }
}
