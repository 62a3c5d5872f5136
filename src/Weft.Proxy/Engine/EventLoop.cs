using System.Collections.Concurrent;
using System.Diagnostics;
using Weft.Proxy.Buffers;

namespace Weft.Proxy.Engine;

/// <summary>
/// One thread's loop. A turn: wait for readiness, run what became ready, fire timers, then flush what was written
/// during the turn. Everything bound to a loop is touched by its thread only; <see cref="Post"/> is the one way in.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    /// <summary>Continuations run per turn before sockets are looked at again, so that one busy connection cannot starve the rest.</summary>
    private const int ReadyPerTurnMax = 4096;

    private readonly IPoller _poller;
    private readonly TimeProvider _clock;
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly List<Action> _trims = [];
    private Action[] _ready = new Action[256];
    private int _readyHead;
    private int _readyCount;
    private IFlushable[] _dirty = new IFlushable[64];
    private int _dirtyCount;
    private int _postedFlag;
    private volatile bool _stopped;

    public EventLoop(IPoller poller, TimeProvider clock)
    {
        _poller = poller;
        _clock = clock;
        RefreshClock();
        Timers = new TimerWheel(NowMs);
        Pool = new SlabPool();
    }

    /// <summary>Monotonic microseconds, read once per turn and after each wait.</summary>
    public long NowUs { get; private set; }

    public long NowMs { get; private set; }

    public SlabPool Pool { get; }

    public IPoller Poller => _poller;

    internal TimerWheel Timers { get; }

    /// <summary>Reads the clock again: for measurements that must not have the turn's granularity.</summary>
    public long RefreshClock()
    {
        long ticks = _clock.GetTimestamp();
        NowUs = _clock.TimestampFrequency == 1_000_000_000 ? ticks / 1000 : (long)((Int128)ticks * 1_000_000 / _clock.TimestampFrequency);
        NowMs = NowUs / 1000;
        return NowUs;
    }

    /// <summary>Runs the continuation later in this turn. Loop thread only.</summary>
    public void Ready(Action continuation)
    {
        if (_readyCount == _ready.Length)
        {
            GrowReady();
        }

        _ready[(_readyHead + _readyCount++) & (_ready.Length - 1)] = continuation;
    }

    /// <summary>Runs the action on the loop's thread, soon. Any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        if (Interlocked.Exchange(ref _postedFlag, 1) == 0)
        {
            _poller.Wake();
        }
    }

    /// <summary>Asks for one <see cref="IFlushable.Flush"/> at the end of this turn. The caller asks once per turn.</summary>
    public void FlushAtTurnEnd(IFlushable flushable)
    {
        if (_dirtyCount == _dirty.Length)
        {
            Array.Resize(ref _dirty, _dirty.Length * 2);
        }

        _dirty[_dirtyCount++] = flushable;
    }

    /// <summary>Names what is to be called when the process has become quiet, to let go of what is kept for reuse.</summary>
    public void WhenQuiet(Action trim) => _trims.Add(trim);

    /// <summary>The process has become quiet. Loop thread.</summary>
    public void Trim()
    {
        Pool.Trim();
        _trims.ForEach(static trim => trim());
    }

    /// <summary>Runs turns until <see cref="Stop"/>. Called once, by the loop's thread.</summary>
    public void Run()
    {
        while (!_stopped)
        {
            bool idle = _readyCount == 0 && _dirtyCount == 0 && _posted.IsEmpty;
            Turn(idle ? Timers.NextDelayMs(NowMs) : 0);
        }
    }

    /// <summary>One turn without waiting; true when it did something. For tests that own the clock.</summary>
    public bool RunOnce()
    {
        int before = _readyCount + _dirtyCount + _posted.Count;
        Turn(0);
        return before + _readyCount + _dirtyCount + _posted.Count > 0;
    }

    public void Stop()
    {
        _stopped = true;
        _poller.Wake();
    }

    public void Dispose()
    {
        _poller.Dispose();
        Pool.Trim();
    }

    private void Turn(int timeoutMs)
    {
        _poller.Wait(timeoutMs);
        RefreshClock();
        _poller.Dispatch();
        RunPosted();
        RunReady();
        Timers.Advance(NowMs);
        RunReady();
        FlushDirty();
        if (Pool.HasSurplus)
        {
            Pool.FreeSurplus();
        }
    }

    private void RunPosted()
    {
        if (Volatile.Read(ref _postedFlag) == 0)
        {
            return;
        }

        Interlocked.Exchange(ref _postedFlag, 0);
        while (_posted.TryDequeue(out Action? action))
        {
            action();
        }
    }

    private void RunReady()
    {
        for (int budget = ReadyPerTurnMax; _readyCount > 0 && budget > 0; budget--)
        {
            ref Action slot = ref _ready[_readyHead];
            Action continuation = slot;
            slot = null!;
            _readyHead = (_readyHead + 1) & (_ready.Length - 1);
            _readyCount--;
            continuation();
        }
    }

    private void FlushDirty()
    {
        // Flushing may dirty others (a connection that fails wakes its streams); they wait for the next turn.
        int count = _dirtyCount;
        for (int i = 0; i < count; i++)
        {
            IFlushable flushable = _dirty[i];
            flushable.Flush();
        }

        int added = _dirtyCount - count;
        if (added > 0)
        {
            Array.Copy(_dirty, count, _dirty, 0, added);
        }

        Array.Clear(_dirty, added, count);
        _dirtyCount = added;
    }

    private void GrowReady()
    {
        Debug.Assert(_readyCount == _ready.Length, "grown when full");
        Action[] larger = new Action[_ready.Length * 2];
        for (int i = 0; i < _readyCount; i++)
        {
            larger[i] = _ready[(_readyHead + i) & (_ready.Length - 1)];
        }

        _ready = larger;
        _readyHead = 0;
    }
}
