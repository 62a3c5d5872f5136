using Weft.Proxy.Engine;

namespace Weft.Proxy.Relay;

/// <summary>
/// Holds a peer to a least pace. Only the time in which the proxy waits for that peer counts, so back-pressure from the other side is
/// never held against it.
/// </summary>
internal sealed class Pace(EventLoop loop, Action tooSlow)
{
    /// <summary>Waiting that every body is given before its rate is looked at.</summary>
    private const int GraceMs = 5_000;

    /// <summary>Least average over all the waiting so far.</summary>
    private const int BytesPerSecond = 240;

    /// <summary>The longest that a peer may neither send nor take anything, whatever its average.</summary>
    private const int StallMs = 60_000;

    private readonly LoopTimer _timer = new(loop, tooSlow);
    private long _waitedMs;
    private long _sinceMs;

    public void Begin() => _waitedMs = 0;

    /// <summary>The proxy begins to wait for body bytes of a sender that has sent <paramref name="received"/> so far.</summary>
    public void WaitToReceive(long received)
    {
        _sinceMs = loop.NowMs;
        long earned = Math.Max(GraceMs, received * 1000 / BytesPerSecond);
        _timer.Set(Math.Clamp(earned - _waitedMs, 0, StallMs));
    }

    /// <summary>The proxy begins to wait for a receiver to take what is there.</summary>
    public void WaitToSend()
    {
        _sinceMs = loop.NowMs;
        _timer.Set(StallMs);
    }

    /// <summary>The wait is over.</summary>
    public void Resume()
    {
        _waitedMs += loop.NowMs - _sinceMs;
        _timer.Cancel();
    }

    public void End() => _timer.Cancel();
}
