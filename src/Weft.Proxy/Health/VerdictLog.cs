using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Health;

/// <summary>Says in the log what checks have found, so many lines a second and no more: thousands of endpoints may go at once.</summary>
internal sealed class VerdictLog(EventLoop loop)
{
    private const int LinesPerSecond = 20;

    private long _second = long.MinValue;
    private int _lines;

    /// <param name="name">The endpoint, as users know it.</param>
    /// <param name="check">What is known of it.</param>
    public void Tell(string name, EndpointCheck check)
    {
        if (loop.NowMs / 1_000 != _second)
        {
            (_second, _lines) = (loop.NowMs / 1_000, 0);
        }

        if (_lines++ < LinesPerSecond)
        {
            ProxyLog.Info(check.Judge.Verdict.IsHealthy ? $"{name} is healthy" : $"{name} is unhealthy: {check.Judge.Verdict.Detail}");
        }
    }
}
