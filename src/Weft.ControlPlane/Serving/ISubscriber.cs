namespace Weft.ControlPlane.Serving;

/// <summary>Someone who wants to hear that a resource changed. Called under the index's lock: must only take note.</summary>
internal interface ISubscriber
{
    void Changed(DiscoveryKey key);

    /// <summary>Takes note that a commit changed a resource, for the ledger; called before <see cref="Changed"/>.</summary>
    void Affected(DiscoveryKey key, long commit);
}
