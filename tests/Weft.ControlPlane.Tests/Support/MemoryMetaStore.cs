using Weft.ControlPlane.Audit;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>The key-value tables in memory, with the audit log beside them.</summary>
internal sealed class MemoryMetaStore : IMetaStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Table, string Key), byte[]> _values = [];
    private readonly List<AuditEntry> _audit = [];

    internal IReadOnlyList<AuditEntry> Audit
    {
        get
        {
            lock (_lock)
            {
                return [.. _audit];
            }
        }
    }

    public byte[]? Get(string table, string key)
    {
        lock (_lock)
        {
            return _values.TryGetValue((table, key), out byte[]? value) ? [.. value] : null;
        }
    }

    public IReadOnlyList<MetaEntry> List(string table)
    {
        lock (_lock)
        {
            return [.. _values.Where(item => item.Key.Table == table).Select(item => new MetaEntry(item.Key.Key, [.. item.Value]))];
        }
    }

    public void Write(IReadOnlyList<MetaChange> changes, AuditEntry? audit)
    {
        lock (_lock)
        {
            foreach (MetaChange change in changes)
            {
                if (change.Value is null)
                {
                    _values.Remove((change.Table, change.Key));
                }
                else
                {
                    _values[(change.Table, change.Key)] = [.. change.Value];
                }
            }

            if (audit is not null)
            {
                _audit.Add(audit);
            }
        }
    }

    public byte[]? Take(string table, string key, AuditEntry? audit)
    {
        lock (_lock)
        {
            if (!_values.Remove((table, key), out byte[]? value))
            {
                return null;
            }

            if (audit is not null)
            {
                _audit.Add(audit);
            }

            return value;
        }
    }
}
