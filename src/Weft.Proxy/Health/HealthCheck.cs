using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Health;

/// <summary>Checks the local application again and again, and tells when the verdict turns. Control thread only.</summary>
internal sealed class HealthCheck(EventLoop loop, IHealthProbe probe, Action<HealthVerdict> turned)
{
    public const int IntervalMs = 1_000;

    public const int TimeoutMs = 1_000;

    /// <summary>While the application has never answered it is likely to start: looking more often makes a mesh come up sooner.</summary>
    private const int StartIntervalMs = 100;

    /// <summary>After a first failure the second look comes soon: an application that died should not get requests for long.</summary>
    private const int DoubtMs = 200;

    private readonly HealthJudge _judge = new();
    private readonly LoopDelay _pause = new(loop);
    private bool _stopped;
    private bool _everHealthy;

    /// <summary>Called once, when the application has been looked at for the first time.</summary>
    public Action? Looked { get; set; }

    public HealthVerdict Verdict => _judge.Verdict;

    public async Task RunAsync()
    {
        while (!_stopped)
        {
            string? fault = await probe.ProbeAsync();
            if (_stopped)
            {
                return;
            }

            if (_judge.Take(fault))
            {
                HealthVerdict verdict = _judge.Verdict;
                ProxyLog.Info(verdict.IsHealthy ? "the application is healthy" : $"the application is unhealthy: {verdict.Detail}");
                turned(verdict);
            }

            Looked?.Invoke();
            Looked = null;
            _everHealthy |= _judge.Verdict.IsHealthy;
            await _pause.Wait(!_everHealthy ? StartIntervalMs : fault is not null && _judge.Verdict.IsHealthy ? DoubtMs : IntervalMs);
        }
    }

    /// <summary>Looks now instead of at the next interval: somebody has seen the application fail.</summary>
    public void LookNow() => _pause.Cut();

    public void Stop()
    {
        _stopped = true;
        _pause.Cut();
    }
}
