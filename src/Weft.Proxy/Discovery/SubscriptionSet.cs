namespace Weft.Proxy.Discovery;

/// <summary>
/// What this proxy is subscribed to, and what of it the open stream has not been told yet. Control thread only.
/// Bounded: at the bound the name that nobody has asked for longest and that does not exist makes room; without one a new name is refused.
/// </summary>
internal sealed class SubscriptionSet
{
    public const int Max = 10_000;

    private readonly Dictionary<ResourceKey, Subscription> _all = [];
    private readonly HashSet<ResourceKey> _toSubscribe = [];
    private readonly HashSet<ResourceKey> _toUnsubscribe = [];

    public int Count => _all.Count;

    public IReadOnlyCollection<Subscription> All => _all.Values;

    /// <summary>Whether the stream has to be told something.</summary>
    public bool HasChanges => _toSubscribe.Count + _toUnsubscribe.Count > 0;

    public Subscription? Find(ResourceKey key) => _all.GetValueOrDefault(key);

    /// <summary>Subscribes, or touches what is subscribed. Null when there is no room.</summary>
    public Subscription? Add(ResourceKey key, long nowMs)
    {
        if (!_all.TryGetValue(key, out Subscription? subscription))
        {
            if (_all.Count >= Max && !MakeRoom())
            {
                return null;
            }

            subscription = new Subscription(key);
            _all.Add(key, subscription);

            // What the stream said before it was given up is forgotten: it is asked again, also when the stream still has it.
            _toUnsubscribe.Remove(key);
            _toSubscribe.Add(key);
        }

        subscription.UsedAtMs = nowMs;
        return subscription;
    }

    public void Remove(ResourceKey key)
    {
        if (_all.Remove(key) && !_toSubscribe.Remove(key))
        {
            _toUnsubscribe.Add(key);
        }
    }

    /// <summary>A new stream knows nothing: everything is told by its first requests.</summary>
    public void StreamStarted()
    {
        _toSubscribe.Clear();
        _toUnsubscribe.Clear();
    }

    /// <summary>Names of one type to subscribe to and to unsubscribe from since the last call.</summary>
    public (List<string> Subscribe, List<string> Unsubscribe) TakeChanges(string typeUrl) => (Take(_toSubscribe, typeUrl), Take(_toUnsubscribe, typeUrl));

    private static List<string> Take(HashSet<ResourceKey> keys, string typeUrl)
    {
        List<string> names = [.. keys.Where(k => k.TypeUrl == typeUrl).Select(static k => k.Name).Order(StringComparer.Ordinal)];
        keys.RemoveWhere(k => k.TypeUrl == typeUrl);
        return names;
    }

    private bool MakeRoom()
    {
        Subscription? oldest = null;
        foreach (Subscription candidate in _all.Values)
        {
            if (candidate.State == ResourceState.Absent && !candidate.IsPinned && (oldest is null || candidate.UsedAtMs < oldest.UsedAtMs))
            {
                oldest = candidate;
            }
        }

        if (oldest is not null)
        {
            Remove(oldest.Key);
        }

        return oldest is not null;
    }
}
