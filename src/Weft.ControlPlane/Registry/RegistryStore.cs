using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Registry;

/// <summary>Keeps the registry over restarts of the server, so that endpoints are known before their proxies have come back.</summary>
internal sealed class RegistryStore(IMetaStore store, string trustDomain)
{
    internal const string Table = "workloads";

    internal IEnumerable<StoredWorkload> Load()
        => store.List(Table).Select(entry => StoredWorkload.Parse(entry.Value, trustDomain)).OfType<StoredWorkload>();

    /// <summary>Writes what changed as one transaction. What cannot be written is tried again the next time: nothing depends on it
    /// but a quicker restart.</summary>
    internal void Save(WorkloadRegistry registry)
    {
        List<UnsavedWorkload> unsaved = registry.TakeUnsaved();
        if (unsaved.Count == 0)
        {
            return;
        }

        try
        {
            store.Write([.. unsaved.Select(ToChange)], null);
        }
        catch (StoreException)
        {
            registry.ReturnUnsaved(unsaved);
            throw;
        }
    }

    private static MetaChange ToChange(UnsavedWorkload unsaved)
        => unsaved.Workload is { } workload
            ? MetaChange.Put(Table, unsaved.Name.ToString(), workload.ToBytes())
            : MetaChange.Delete(Table, unsaved.Name.ToString());
}
