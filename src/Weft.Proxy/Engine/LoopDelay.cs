namespace Weft.Proxy.Engine;

/// <summary>A pause that a loop-bound method awaits, and that somebody else may cut short. One waiter.</summary>
internal sealed class LoopDelay
{
    private readonly LoopTimer _timer;
    private readonly Signal _over;

    public LoopDelay(EventLoop loop)
    {
        _over = new Signal(loop);
        _timer = new LoopTimer(loop, _over.Set);
    }

    /// <summary>Awaits the pause, or <see cref="Cut"/>, whichever comes first.</summary>
    public Signal Wait(long ms)
    {
        _over.Reset();
        _timer.Set(ms);
        return _over;
    }

    public void Cut()
    {
        _timer.Cancel();
        _over.Set();
    }
}
