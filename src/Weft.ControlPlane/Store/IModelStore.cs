using Weft.ControlPlane.Audit;

namespace Weft.ControlPlane.Store;

/// <summary>
/// Where commits, resources and the audit log are kept. Everything here is durable when a call returns. Failures are
/// <see cref="StoreException"/> and change nothing.
/// </summary>
public interface IModelStore : IMetaStore
{
    StoredHead ReadHead();

    /// <summary>
    /// Writes a commit, its resources and its audit record in one transaction, if <paramref name="expectedHead"/> is still the number of the
    /// newest commit. False when it is not: somebody else was faster, and nothing was written.
    /// </summary>
    bool TryAppend(StoredCommit commit, long expectedHead, AuditEntry audit);

    /// <summary>Newest first, without changes' texts, with numbers below <paramref name="before"/>.</summary>
    IReadOnlyList<StoredCommit> ListCommits(long before, int limit);

    StoredCommit? FindCommit(long number);

    /// <summary>Writes a record by itself, for what was refused.</summary>
    void AppendAudit(AuditEntry entry);

    /// <summary>Newest first, with ids below <paramref name="before"/>.</summary>
    IReadOnlyList<AuditRecord> ListAudit(long before, int limit);
}
