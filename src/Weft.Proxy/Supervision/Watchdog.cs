using Weft.Proxy.Engine;

namespace Weft.Proxy.Supervision;

/// <summary>
/// Tells systemd that the process lives, twice in its watchdog's interval, as long as every loop turns: a loop that hangs makes it silent. Runs on the
/// control loop.
/// </summary>
internal sealed class Watchdog
{
    private readonly EventLoop _control;
    private readonly IReadOnlyList<EventLoop> _loops;
    private readonly ServiceManager _manager;
    private readonly LoopTimer _timer;
    private readonly long _everyMs;
    private int _round;
    private int _answered;

    public Watchdog(EventLoop control, IReadOnlyList<EventLoop> loops, ServiceManager manager)
    {
        _control = control;
        _loops = loops;
        _manager = manager;
        _everyMs = Math.Max(1, manager.WatchdogUs / 2_000);
        _timer = new LoopTimer(control, Ask);
    }

    /// <summary>Begins, if there is a watchdog. Control loop.</summary>
    public void Start()
    {
        if (_manager.WatchdogUs > 0)
        {
            Ask();
        }
    }

    /// <summary>Asks every loop for a sign; the last one that gives it speaks for all.</summary>
    private void Ask()
    {
        _answered = 0;
        int round = ++_round;
        foreach (EventLoop loop in _loops)
        {
            loop.Post(() => _control.Post(() => Answer(round)));
        }

        _timer.Set(_everyMs);
    }

    private void Answer(int round)
    {
        // A late answer to an earlier question must not stand for a loop that is silent now.
        if (round == _round && ++_answered == _loops.Count)
        {
            _manager.Alive();
        }
    }
}
