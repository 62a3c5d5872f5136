using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Identity;
using Weft.Model;

namespace Weft.ControlPlane.Registry;

/// <summary>Which workloads there are, from what their proxies say over their sessions. No I/O happens under its lock.</summary>
internal sealed class WorkloadRegistry(TimeProvider time, RegistryTimes times)
{
    /// <summary>Workloads that one server accepts.</summary>
    internal const int MaxWorkloads = 50_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<NamespacedName, WorkloadEntry> _entries = [];
    private readonly Dictionary<NamespacedName, HashSet<WorkloadEntry>> _byService = [];
    private readonly HashSet<NamespacedName> _unsaved = [];
    private readonly DeletionGuard _guard = new();
    private bool _isDirty;

    /// <summary>Called without the lock when something may have changed that endpoints are made from.</summary>
    internal Action Changed { get; set; } = static () => { };

    /// <summary>Puts back what an earlier run of the server knew. Its proxies get a longer grace to return.</summary>
    internal void Restore(IEnumerable<StoredWorkload> workloads)
    {
        lock (_lock)
        {
            foreach (StoredWorkload stored in workloads)
            {
                WorkloadEntry entry = Add(stored.Record, stored.Hello);
                entry.Reported = stored.Record.Health;
                entry.LostAt = time.GetUtcNow();
                entry.Grace = times.Restored;
                entry.IsRestored = true;
            }
        }
    }

    /// <summary>A proxy opened its session.</summary>
    /// <exception cref="RegistryException">What it says does not fit its certificate, or another service has the name.</exception>
    internal RegistrySession Connect(Hello hello, SpiffeId identity)
    {
        WorkloadRecord record = HelloReader.Read(hello, identity);
        var session = new RegistrySession(record.Name);
        lock (_lock)
        {
            WorkloadEntry entry = Admit(record, hello);
            entry.Hello = hello;
            entry.Session = session;
            entry.ConnectedAt = time.GetUtcNow();
            entry.IsRestored = false;
            entry.Reported = entry.Reported == Health.Draining ? Health.Unknown : entry.Reported;
            Replace(entry, record with { Health = entry.Reported });
            Review(record.Service);
        }

        Notify();
        return session;
    }

    /// <summary>A proxy says how its workload is.</summary>
    internal void Report(RegistrySession session, bool healthy)
        => Update(session, entry => entry.Reported = entry.Reported == Health.Draining
            ? Health.Draining
            : healthy ? Health.Healthy : Health.Unhealthy);

    /// <summary>A proxy is about to stop: nobody should begin anything with it.</summary>
    internal void NoteCertificate(RegistrySession session, DateTimeOffset? notAfter) => Update(session, entry => entry.CertificateNotAfter = notAfter);

    internal void Drain(RegistrySession session) => Update(session, entry => entry.Reported = Health.Draining);

    /// <summary>A proxy said goodbye for good.</summary>
    internal void Remove(RegistrySession session)
    {
        lock (_lock)
        {
            if (Find(session) is { } entry)
            {
                Delete(entry);
            }
        }

        Notify();
    }

    /// <summary>A session ended. Without a goodbye its workload stays for a while: the process may be dead, or the line may be.</summary>
    internal void Disconnect(RegistrySession session)
    {
        lock (_lock)
        {
            if (Find(session) is not { } entry)
            {
                return;
            }

            entry.Session = null;
            entry.LostAt = time.GetUtcNow();
            entry.Grace = times.Lost;
            if (entry.Reported == Health.Draining)
            {
                Delete(entry);
            }
            else
            {
                Review(entry.Record.Service);
            }
        }

        Notify();
    }

    /// <summary>Removes those who were silent for too long, as far as <see cref="DeletionGuard"/> allows. To be called about once a second.</summary>
    internal void Tick()
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (NamespacedName service in _byService.Keys.ToArray())
            {
                if (_byService[service].Any(entry => !entry.IsConnected))
                {
                    RemoveSilent(service, [.. _byService[service]], now);
                }
            }
        }

        Notify();
    }

    /// <summary>The ports that workloads of a service have announced; null when it has no workloads.</summary>
    internal IReadOnlyList<int>? PortsOf(NamespacedName service)
    {
        lock (_lock)
        {
            return _byService.TryGetValue(service, out HashSet<WorkloadEntry>? entries)
                ? [.. entries.SelectMany(static entry => entry.Record.Ports).Select(static port => (int)port.Port).Distinct().Order()]
                : null;
        }
    }

    /// <summary>Everything that endpoints are made from, sorted by name.</summary>
    internal WorkloadRecord[] Snapshot()
    {
        lock (_lock)
        {
            _isDirty = false;
            WorkloadRecord[] records = [.. _entries.Values.Select(entry => entry.Record)];
            Array.Sort(records, static (a, b) => Compare(a.Name, b.Name));
            return records;
        }
    }

    /// <summary>Looks at every entry with the lock held; for status pages.</summary>
    internal List<T> Select<T>(Func<WorkloadEntry, T> select)
    {
        lock (_lock)
        {
            return [.. _entries.Values.Select(select)];
        }
    }

    /// <summary>Takes the workloads whose entries are not as the store has them; a null record means gone.</summary>
    internal List<UnsavedWorkload> TakeUnsaved()
    {
        lock (_lock)
        {
            List<UnsavedWorkload> unsaved = [];
            foreach (NamespacedName name in _unsaved)
            {
                WorkloadEntry? entry = _entries.GetValueOrDefault(name);
                unsaved.Add(new UnsavedWorkload(name, entry is null ? null : new StoredWorkload(entry.Record with { Health = entry.Reported }, entry.Hello)));
            }

            _unsaved.Clear();
            return unsaved;
        }
    }

    /// <summary>Gives back what could not be stored.</summary>
    internal void ReturnUnsaved(IEnumerable<UnsavedWorkload> workloads)
    {
        lock (_lock)
        {
            _unsaved.UnionWith(workloads.Select(workload => workload.Name));
        }
    }

    private WorkloadEntry Admit(WorkloadRecord record, Hello hello)
    {
        if (!_entries.TryGetValue(record.Name, out WorkloadEntry? known))
        {
            return _entries.Count < MaxWorkloads
                ? Add(record, hello)
                : throw new RegistryException($"This server has its {MaxWorkloads} workloads already.");
        }

        if (known.Record.Service == record.Service)
        {
            return known;
        }

        if (known.IsConnected)
        {
            throw new RegistryException($"The workload {record.Name} is connected and belongs to {known.Record.Service}. Give this one another name.");
        }

        Delete(known);
        return Add(record, hello);
    }

    private WorkloadEntry Add(WorkloadRecord record, Hello hello)
    {
        var entry = new WorkloadEntry(record, hello);
        _entries[record.Name] = entry;
        if (!_byService.TryGetValue(record.Service, out HashSet<WorkloadEntry>? service))
        {
            _byService.Add(record.Service, service = []);
        }

        service.Add(entry);
        MarkChanged(record.Name);
        return entry;
    }

    private void Delete(WorkloadEntry entry)
    {
        NamespacedName service = entry.Record.Service;
        _entries.Remove(entry.Record.Name);
        HashSet<WorkloadEntry> entries = _byService[service];
        entries.Remove(entry);
        if (entries.Count == 0)
        {
            _byService.Remove(service);
        }

        MarkChanged(entry.Record.Name);
        Review(service);
    }

    private void Update(RegistrySession session, Action<WorkloadEntry> change)
    {
        lock (_lock)
        {
            if (Find(session) is not { } entry)
            {
                return;
            }

            change(entry);
            Review(entry.Record.Service);
        }

        Notify();
    }

    /// <summary>The entry that the session speaks for, or null when a newer session has replaced it.</summary>
    private WorkloadEntry? Find(RegistrySession session)
        => _entries.TryGetValue(session.Workload, out WorkloadEntry? entry) && ReferenceEquals(entry.Session, session) ? entry : null;

    /// <summary>Works out what callers are told of each workload of a service. A silent one counts as unhealthy only where a connected one can take
    /// its place: without any, the last that was known is better than nothing.</summary>
    private void Review(NamespacedName service)
    {
        if (!_byService.TryGetValue(service, out HashSet<WorkloadEntry>? entries))
        {
            return;
        }

        bool hasOther = entries.Any(entry => entry is { IsConnected: true, Reported: Health.Healthy or Health.Unknown });
        foreach (WorkloadEntry entry in entries)
        {
            bool silent = !entry.IsConnected && !entry.IsRestored;
            Replace(entry, entry.Record with { Health = silent && hasOther ? Health.Unhealthy : entry.Reported });
        }
    }

    private void RemoveSilent(NamespacedName service, WorkloadEntry[] entries, DateTimeOffset now)
    {
        int connected = entries.Count(entry => entry.IsConnected);
        int present = entries.Length;
        foreach (WorkloadEntry entry in entries.Where(entry => !entry.IsConnected).OrderBy(entry => entry.LostAt))
        {
            TimeSpan silence = now - entry.LostAt;
            if (silence >= times.Gone)
            {
                present--;
                Delete(entry);
            }
            else if (silence >= entry.Grace && _guard.Allowed(service, present, connected, now) > 0)
            {
                present--;
                _guard.Removed(service, now);
                Delete(entry);
            }
            else if (entry.IsRestored && silence >= entry.Grace)
            {
                // Kept by the guard, but it had its time to come back.
                entry.IsRestored = false;
                Review(service);
            }
        }
    }

    private void Replace(WorkloadEntry entry, WorkloadRecord next)
    {
        if (!RecordComparer.AreEqual(entry.Record, next))
        {
            entry.Record = next;
            MarkChanged(next.Name);
        }
    }

    private void MarkChanged(NamespacedName name)
    {
        _unsaved.Add(name);
        _isDirty = true;
    }

    private void Notify()
    {
        bool dirty;
        lock (_lock)
        {
            dirty = _isDirty;
        }

        if (dirty)
        {
            Changed();
        }
    }

    private static int Compare(NamespacedName a, NamespacedName b)
    {
        int order = string.CompareOrdinal(a.Namespace, b.Namespace);
        return order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
    }
}
