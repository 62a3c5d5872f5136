using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Tests.Testing;

/// <summary>Dials memory: every dial makes a pair, and the far end waits for the test to take it.</summary>
internal sealed class MemoryDialer(EventLoop loop, int capacity = 256 * 1024) : IDialer
{
    private readonly Queue<MemoryTransport> _accepted = new();

    public int Dials { get; private set; }

    /// <summary>Far ends that nobody has accepted yet.</summary>
    public int Waiting => _accepted.Count;

    /// <summary>Given: dials fail with it.</summary>
    public EndReason? Refuses { get; set; }

    /// <summary>Called with the far end of every new pair instead of keeping it for <see cref="Accept"/>.</summary>
    public Action<MemoryTransport>? OnAccept { get; set; }

    public ValueTask<(Transport? Transport, EndReason Reason)> DialAsync(UpstreamSettings settings, Arrival? arrival)
    {
        Dials++;
        if (Refuses is { } reason)
        {
            return new((null, reason));
        }

        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(loop, capacity);
        if (OnAccept is null)
        {
            _accepted.Enqueue(there);
        }
        else
        {
            OnAccept(there);
        }

        return new((here, EndReason.Ok));
    }

    public MemoryTransport Accept() => _accepted.Dequeue();
}
