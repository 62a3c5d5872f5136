using System.Buffers.Binary;
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

    /// <summary>Writes a new UUID of version 7 (RFC 9562, 5.7) and returns its length.</summary>
    public int Write(Span<byte> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes[6..]);
        ulong ms = (ulong)(UnixUs(_loop.NowUs) / 1_000);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(ms >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)ms);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        new Guid(bytes, bigEndian: true).TryFormat(text, out int written);
        return written;
    }

    /// <summary>A new span id, never 0.</summary>
    public ulong NextSpan() => (ulong)_random.NextInt64(1, long.MaxValue);
}
