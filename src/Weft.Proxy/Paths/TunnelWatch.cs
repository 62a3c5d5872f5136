using Weft.Proxy.Engine;
using Weft.Routing;

namespace Weft.Proxy.Paths;

/// <summary>
/// Looks after a tunnel's times by counting its bytes now and then, so that moving them costs nothing more.
/// </summary>
internal struct TunnelWatch
{
    /// <summary>Looks per idle time.</summary>
    private const int Looks = 8;

    private TunnelTimes _times;
    private long _startedMs;
    private long _quietSinceMs;
    private long _bytes;

    /// <summary>Whether it watches.</summary>
    public bool IsOn { get; private set; }

    public void Start(EventLoop loop, TunnelTimes times, LoopTimer timer)
    {
        _times = times;
        _startedMs = _quietSinceMs = loop.NowMs;
        _bytes = 0;
        IsOn = times.IdleMs > 0 || times.LifeMs > 0;
        Arm(loop, timer);
    }

    public void Stop() => IsOn = false;

    /// <summary>Looks at the bytes that have passed; why the tunnel must end, or <see cref="EndReason.Ok"/> and the timer set for the next look.</summary>
    public EndReason Look(EventLoop loop, long bytes, LoopTimer timer)
    {
        if (bytes != _bytes)
        {
            _bytes = bytes;
            _quietSinceMs = loop.NowMs;
        }

        if (_times.LifeMs > 0 && loop.NowMs - _startedMs >= _times.LifeMs)
        {
            return EndReason.ConnectionTimeOver;
        }

        if (_times.IdleMs > 0 && loop.NowMs - _quietSinceMs >= _times.IdleMs)
        {
            return EndReason.IdleTimeout;
        }

        Arm(loop, timer);
        return EndReason.Ok;
    }

    private readonly void Arm(EventLoop loop, LoopTimer timer)
    {
        if (!IsOn)
        {
            return;
        }

        long next = _times.IdleMs > 0 ? Math.Max(1, _times.IdleMs / Looks) : long.MaxValue;
        if (_times.LifeMs > 0)
        {
            next = Math.Min(next, Math.Max(1, _startedMs + _times.LifeMs - loop.NowMs));
        }

        timer.Set(next);
    }
}
