using Weft.Contracts;

namespace Weft.ControlPlane.Serving;

/// <summary>What a stream has still to be told: per type a set of names, so that changes merge instead of queueing, and at most one response that is
/// not acknowledged yet. Bounded by the stream's subscriptions.</summary>
internal sealed class PushQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TypeQueue> _types = [];
    private readonly SemaphoreSlim _signal = new(0, 1);

    internal void Add(DiscoveryKey key)
    {
        lock (_lock)
        {
            Of(key.TypeUrl).Pending.Add(key.Name);
        }

        Signal();
    }

    /// <summary>Adds names together: none of them is taken without the others.</summary>
    internal void Add(string typeUrl, IEnumerable<string> names)
    {
        lock (_lock)
        {
            Of(typeUrl).Pending.UnionWith(names);
        }

        Signal();
    }

    internal void Remove(DiscoveryKey key)
    {
        lock (_lock)
        {
            Of(key.TypeUrl).Pending.Remove(key.Name);
        }
    }

    /// <summary>Takes every pending name of the first type that is free to be sent, in the order in which a receiver can apply types without a gap.</summary>
    internal bool TryTake(out string typeUrl, out List<string> names)
    {
        lock (_lock)
        {
            foreach (string type in TypeUrls.All)
            {
                if (_types.TryGetValue(type, out TypeQueue? queue) && queue.Nonce.Length == 0 && queue.Pending.Count > 0)
                {
                    typeUrl = type;
                    names = [.. queue.Pending];
                    queue.Pending.Clear();
                    return true;
                }
            }
        }

        typeUrl = "";
        names = [];
        return false;
    }

    /// <summary>Notes that a response is on its way; nothing more of its type is taken until <see cref="Acknowledge"/>.</summary>
    internal void Sent(string typeUrl, string nonce)
    {
        lock (_lock)
        {
            Of(typeUrl).Nonce = nonce;
        }
    }

    /// <summary>Frees the type if the nonce is that of its response on the way.</summary>
    internal bool Acknowledge(string typeUrl, string nonce)
    {
        lock (_lock)
        {
            TypeQueue queue = Of(typeUrl);
            if (nonce.Length == 0 || !string.Equals(queue.Nonce, nonce, StringComparison.Ordinal))
            {
                return false;
            }

            queue.Nonce = "";
        }

        Signal();
        return true;
    }

    /// <summary>Waits until something may have become ready to be taken.</summary>
    internal Task WaitAsync(CancellationToken stop) => _signal.WaitAsync(stop);

    public void Dispose() => _signal.Dispose();

    private void Signal()
    {
        // Released at most once ahead: the waiter looks at everything when it wakes.
        lock (_signal)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    private TypeQueue Of(string typeUrl)
    {
        if (!_types.TryGetValue(typeUrl, out TypeQueue? queue))
        {
            _types.Add(typeUrl, queue = new TypeQueue());
        }

        return queue;
    }

    private sealed class TypeQueue
    {
        internal HashSet<string> Pending { get; } = new(StringComparer.Ordinal);

        internal string Nonce { get; set; } = "";
    }
}
