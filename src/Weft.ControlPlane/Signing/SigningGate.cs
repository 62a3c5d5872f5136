using Grpc.Core;
using Weft.ControlPlane.Serving;

namespace Weft.ControlPlane.Signing;

/// <summary>Bounds the signing that goes on at once: everyone may call it, so it may not take the processor from those who are inside.</summary>
internal sealed class SigningGate : IDisposable
{
    internal const int MaxConcurrent = 8;
    internal const int MaxWaiting = 2_000;

    private readonly SemaphoreSlim _slots = new(MaxConcurrent, MaxConcurrent);
    private int _waiting;

    internal async ValueTask<Pass> EnterAsync(CancellationToken stop)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw GrpcFault.Create(StatusCode.ResourceExhausted, "Too many certificate requests at once; try again in a second.");
        }

        try
        {
            await _slots.WaitAsync(stop);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return new Pass(_slots);
    }

    public void Dispose() => _slots.Dispose();

    internal readonly struct Pass(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
