namespace Weft.ControlPlane.Serving;

/// <summary>A resource that somebody subscribes to, with its present content and its subscribers. The set is guarded by
/// <see cref="SubscriptionIndex"/>; the content may be read at any time.</summary>
internal sealed class Slot(DiscoveryResource first)
{
    private DiscoveryResource _current = first;

    internal DiscoveryKey Key => _current.Key;

    internal DiscoveryResource Current => Volatile.Read(ref _current);

    internal HashSet<ISubscriber> Subscribers { get; } = [];

    internal void Replace(DiscoveryResource next) => Volatile.Write(ref _current, next);
}
