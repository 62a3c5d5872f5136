using Weft.ControlPlane.Audit;

namespace Weft.ControlPlane.Store;

/// <summary>
/// Durable key-value tables for the rooms that keep something of their own: keys of the authority, hashes of join tokens, workloads.
/// Every write is one transaction and survives <c>kill -9</c> once the call has returned. Tables need no creation; names are constants of
/// the room that owns them. Failures are <see cref="StoreException"/>.
/// </summary>
public interface IMetaStore
{
    byte[]? Get(string table, string key);

    /// <summary>The whole table, sorted by key (ordinal).</summary>
    IReadOnlyList<MetaEntry> List(string table);

    /// <summary>Makes all changes and writes the audit record, or does nothing at all. Null for bookkeeping that nobody asked for.</summary>
    void Write(IReadOnlyList<MetaChange> changes, AuditEntry? audit);

    /// <summary>Deletes the value and returns it: of any number of callers exactly one gets it, the others null. The audit record is written
    /// in the same transaction, and only if there was a value.</summary>
    byte[]? Take(string table, string key, AuditEntry? audit);
}
