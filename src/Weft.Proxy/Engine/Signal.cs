using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Weft.Proxy.Engine;

/// <summary>
/// An auto-reset event with one waiter, bound to a loop: awaiting it stores the continuation here, setting it puts the
/// continuation on the loop's ready queue of the same turn. Nothing is allocated and nothing leaves the loop's thread.
/// Wakes may be spurious: the waiter checks its condition again.
/// </summary>
internal sealed class Signal(EventLoop loop) : ICriticalNotifyCompletion
{
    private Action? _waiter;
    private bool _set;

    public bool IsCompleted => _set;

    public bool HasWaiter => _waiter is not null;

    public Signal GetAwaiter() => this;

    public void GetResult() => _set = false;

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        Debug.Assert(_waiter is null, "a signal has one waiter");
        _waiter = continuation;
    }

    public void Set()
    {
        _set = true;
        Action? waiter = _waiter;
        if (waiter is not null)
        {
            _waiter = null;
            loop.Ready(waiter);
        }
    }

    public void Reset() => _set = false;

    /// <summary>Takes back a registration made with <see cref="UnsafeOnCompleted"/> outside an await.</summary>
    public void Forget() => _waiter = null;
}
