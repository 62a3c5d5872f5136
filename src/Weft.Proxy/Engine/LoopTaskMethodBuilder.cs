using System.Runtime.CompilerServices;

// The compiler asks for instance methods even where they need no instance.
#pragma warning disable CA1822

namespace Weft.Proxy.Engine;

/// <summary>
/// Builds the <see cref="ValueTask"/> of an <c>async</c> method that runs on a loop. Unlike the runtime's pooling builder it keeps as many
/// boxes as were ever needed at once, so thousands of waiting exchanges still cost no allocation.
/// </summary>
internal struct LoopTaskMethodBuilder
{
    private LoopTaskBox<bool>? _box;

    public readonly ValueTask Task => _box is null ? default : new ValueTask(_box, _box.Version);

    public static LoopTaskMethodBuilder Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => throw new NotSupportedException("only for compilers of old");

    public readonly void SetResult() => _box?.SetResult(true);

    public void SetException(Exception exception) => (_box ??= new LoopTaskFault<bool>()).SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => LoopTaskBox<bool>.Suspend(ref _box, ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => LoopTaskBox<bool>.Suspend(ref _box, ref awaiter, ref stateMachine);
}

/// <summary>The same for methods with a result.</summary>
internal struct LoopTaskMethodBuilder<TResult>
{
    private LoopTaskBox<TResult>? _box;
    private TResult? _result;

    public readonly ValueTask<TResult> Task => _box is null ? new ValueTask<TResult>(_result!) : new ValueTask<TResult>(_box, _box.Version);

    public static LoopTaskMethodBuilder<TResult> Create() => default;

    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => throw new NotSupportedException("only for compilers of old");

    public void SetResult(TResult result)
    {
        if (_box is null)
        {
            _result = result;
        }
        else
        {
            _box.SetResult(result);
        }
    }

    public void SetException(Exception exception) => (_box ??= new LoopTaskFault<TResult>()).SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => LoopTaskBox<TResult>.Suspend(ref _box, ref awaiter, ref stateMachine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => LoopTaskBox<TResult>.Suspend(ref _box, ref awaiter, ref stateMachine);
}

/// <summary>Holds the exception of a method that failed before it ever waited; not pooled.</summary>
internal sealed class LoopTaskFault<TResult> : LoopTaskBox<TResult>
{
    protected override void Recycle()
    {
    }
}
