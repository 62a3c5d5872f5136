using Weft.Proxy.Engine;

namespace Weft.Proxy.Flows;

/// <summary>Makes ids and tells the wall-clock time for the records of one loop. Allocates nothing.</summary>
internal sealed class FlowIds
{
    /// <summary>The wall clock is looked at again after so long, so that records follow its corrections.</summary>
    private const long AnchorEveryUs = 1_000_000;

    private readonly EventLoop _loop;
    private readonly TimeProvider _clock;
    private readonly Random _random = new();
    private long _anchorLoopUs = long.MinValue / 2;
    private long _anchorUnixUs;

    public FlowIds(EventLoop loop, TimeProvider clock)
    {
        _loop = loop;
        _clock = clock;
    }

    /// <summary>Microseconds since 1970 of a moment of the loop's clock.</summary>
    public long UnixUs(long loopUs)
    {
        if (_loop.NowUs - _anchorLoopUs >= AnchorEveryUs)
        {
            _anchorLoopUs = _loop.NowUs;
            _anchorUnixUs = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        }

        return _anchorUnixUs + (loopUs - _anchorLoopUs);
    }

    /// <summary>A new UUID of version 7 (RFC 9562, 5.7): the time in milliseconds, then 74 random bits.</summary>
    public UInt128 NextUuid()
    {
        const ulong Version = 0x7000;
        const ulong Variant = 0x8000_0000_0000_0000;
        ulong ms = (ulong)(UnixUs(_loop.NowUs) / 1_000);
        return new UInt128((ms << 16) | Version | (uint)_random.Next(0x1000), Variant | ((ulong)_random.NextInt64() >> 1));
    }

    /// <summary>A new span id, never 0.</summary>
    public ulong NextSpan() => (ulong)_random.NextInt64(1, long.MaxValue);
}
