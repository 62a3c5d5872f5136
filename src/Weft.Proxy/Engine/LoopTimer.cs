namespace Weft.Proxy.Engine;

/// <summary>
/// A timer that belongs to one object for its whole life. Setting it later than it stands in the wheel only changes a
/// field: the wheel looks again when the old place is due. That makes a deadline per request nearly free.
/// </summary>
internal sealed class LoopTimer(EventLoop loop, Action due)
{
    internal LoopTimer? Next;
    internal LoopTimer? Previous;
    internal int Slot = -1;
    internal long SlotMs;

    /// <summary>Loop time in ms when it is due; <see cref="long.MaxValue"/> when not set.</summary>
    public long DeadlineMs { get; private set; } = long.MaxValue;

    public bool IsSet => DeadlineMs != long.MaxValue;

    public void Set(long delayMs)
    {
        DeadlineMs = loop.NowMs + delayMs;
        if (Slot < 0)
        {
            loop.Timers.Link(this, DeadlineMs);
        }
        else if (DeadlineMs < SlotMs)
        {
            loop.Timers.Unlink(this);
            loop.Timers.Link(this, DeadlineMs);
        }
    }

    public void Cancel() => DeadlineMs = long.MaxValue;

    /// <summary>Takes the timer out of the wheel, so that nothing holds its owner any more.</summary>
    public void Remove()
    {
        Cancel();
        if (Slot >= 0)
        {
            loop.Timers.Unlink(this);
        }
    }

    internal void Fire()
    {
        DeadlineMs = long.MaxValue;
        due();
    }
}
