using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace Weft.Proxy.Engine;

/// <summary>
/// Where an <c>async</c> method of a loop keeps its state while it waits. One thread runs it from beginning to end, so the
/// hand-over of result and continuation needs no locks, and the box goes back to its thread's pool once the result was taken.
/// </summary>
internal abstract class LoopTaskBox<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    private Action<object?>? _continuation;
    private object? _continuationState;
    private ExceptionDispatchInfo? _exception;
    private TResult? _result;
    private bool _completed;

    /// <summary>Told to the value task, so that one awaited twice is found out.</summary>
    public short Version { get; private set; }

    public void SetResult(TResult result)
    {
        _result = result;
        Complete();
    }

    public void SetException(Exception exception)
    {
        _exception = ExceptionDispatchInfo.Capture(exception);
        Complete();
    }

    public ValueTaskSourceStatus GetStatus(short token)
        => !_completed ? ValueTaskSourceStatus.Pending : _exception is null ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Faulted;

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        if (_completed)
        {
            continuation(state);
            return;
        }

        _continuation = continuation;
        _continuationState = state;
    }

    public TResult GetResult(short token)
    {
        Check(token);
        TResult result = _result!;
        ExceptionDispatchInfo? exception = _exception;
        _result = default;
        _exception = null;
        _completed = false;
        Version++;
        Recycle();
        exception?.Throw();
        return result;
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    /// <summary>Clears the method's state and keeps the box for the next call.</summary>
    protected abstract void Recycle();

    private void Complete()
    {
        _completed = true;
        Action<object?>? continuation = _continuation;
        if (continuation is not null)
        {
            object? state = _continuationState;
            _continuation = null;
            _continuationState = null;
            continuation(state);
        }
    }

    private void Check(short token)
    {
        if (token != Version)
        {
            throw new InvalidOperationException("a value task of the loop was awaited twice");
        }
    }

    /// <summary>Fills <paramref name="box"/> with a box for this state machine unless the method has one, and lets the awaiter resume it.</summary>
    public static void Suspend<TAwaiter, TStateMachine>(ref LoopTaskBox<TResult>? box, ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        Box<TStateMachine> mine;
        if (box is null)
        {
            mine = Box<TStateMachine>.Rent();

            // The builder inside the copied state machine must know its box: set the field first, copy after.
            box = mine;
            mine.StateMachine = stateMachine;
        }
        else
        {
            mine = (Box<TStateMachine>)box;
        }

        awaiter.UnsafeOnCompleted(mine.MoveNext);
    }

    private sealed class Box<TStateMachine> : LoopTaskBox<TResult>
        where TStateMachine : IAsyncStateMachine
    {
        /// <summary>Boxes kept per method and thread: the exchanges that may wait at the same place and come back together.</summary>
        private const int KeptMax = 4096;

        [ThreadStatic]
        private static Shelf<TStateMachine>? t_shelf;

        public readonly Action MoveNext;
        public TStateMachine? StateMachine;
        private Box<TStateMachine>? _below;

        private Box() => MoveNext = Resume;

        public static Box<TStateMachine> Rent()
        {
            Shelf<TStateMachine> shelf = t_shelf ??= new Shelf<TStateMachine>();
            Box<TStateMachine>? box = shelf.Top;
            if (box is null)
            {
                return new Box<TStateMachine>();
            }

            shelf.Top = box._below;
            shelf.Count--;
            box._below = null;
            return box;
        }

        protected override void Recycle()
        {
            StateMachine = default;
            Shelf<TStateMachine> shelf = t_shelf ??= new Shelf<TStateMachine>();
            if (shelf.Count < KeptMax)
            {
                _below = shelf.Top;
                shelf.Top = this;
                shelf.Count++;
            }
        }

        private void Resume() => StateMachine!.MoveNext();
    }

    /// <summary>The boxes of one method and thread that nobody uses, linked: an array of them would check the type of each that is put in.</summary>
    private sealed class Shelf<TStateMachine>
        where TStateMachine : IAsyncStateMachine
    {
        public Box<TStateMachine>? Top;
        public int Count;
    }
}
