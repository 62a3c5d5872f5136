namespace Weft.Proxy.Protocols;

/// <summary>A token bucket over loop time: what a peer may make us do per second, and at once.</summary>
internal struct FloodGuard(int burst, int perSecond)
{
    private double _tokens = burst;
    private long _lastMs;

    /// <summary>Takes one token; false when the peer is flooding.</summary>
    public bool Take(long nowMs)
    {
        if (_lastMs != 0)
        {
            _tokens = Math.Min(burst, _tokens + ((nowMs - _lastMs) * perSecond / 1000.0));
        }

        _lastMs = nowMs;
        _tokens -= 1;
        return _tokens >= 0;
    }
}
