using Weft.ControlPlane.Generation;

namespace Weft.ControlPlane.Serving;

/// <summary>Who subscribes to what, and the present content of everything that is subscribed to. Content that nobody wants is not made.
/// One lock guards it; it is held for pure computation only, never while something is sent.</summary>
internal sealed class SubscriptionIndex(MeshView first)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DiscoveryKey, Slot> _slots = [];
    private MeshView _view = first;

    /// <summary>The view that all contents are made from.</summary>
    internal MeshView View => Volatile.Read(ref _view);

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _slots.Count;
            }
        }
    }

    internal Slot Subscribe(ISubscriber subscriber, DiscoveryKey key)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(key, out Slot? slot))
            {
                slot = new Slot(Make(key));
                _slots.Add(key, slot);
            }

            slot.Subscribers.Add(subscriber);
            return slot;
        }
    }

    internal void Unsubscribe(ISubscriber subscriber, IEnumerable<DiscoveryKey> keys)
    {
        lock (_lock)
        {
            foreach (DiscoveryKey key in keys)
            {
                if (_slots.TryGetValue(key, out Slot? slot) && slot.Subscribers.Remove(subscriber) && slot.Subscribers.Count == 0)
                {
                    _slots.Remove(key);
                }
            }
        }
    }

    /// <summary>Takes a new view and tells the subscribers of everything whose content it changed.</summary>
    /// <param name="next">The view.</param>
    /// <param name="mayChange">Which resources can differ; the others are not looked at.</param>
    /// <param name="isCommit">Whether the differences come from a commit, so that their rollout is followed.</param>
    /// <returns>The number of resources that changed.</returns>
    internal int Publish(MeshView next, Func<DiscoveryKey, bool> mayChange, bool isCommit)
    {
        int changed = 0;
        lock (_lock)
        {
            Volatile.Write(ref _view, next);
            foreach (Slot slot in _slots.Values)
            {
                if (mayChange(slot.Key) && Refresh(slot, isCommit))
                {
                    changed++;
                }
            }
        }

        return changed;
    }

    private bool Refresh(Slot slot, bool isCommit)
    {
        DiscoveryResource next = Make(slot.Key);
        if (string.Equals(next.Version, slot.Current.Version, StringComparison.Ordinal))
        {
            return false;
        }

        slot.Replace(next);
        foreach (ISubscriber subscriber in slot.Subscribers)
        {
            if (isCommit)
            {
                subscriber.Affected(slot.Key, next.Commit);
            }

            subscriber.Changed(slot.Key);
        }

        return true;
    }

    private DiscoveryResource Make(DiscoveryKey key) => DiscoveryResource.Create(key, ResourceGenerator.Generate(key, _view), _view.Commit);
}
