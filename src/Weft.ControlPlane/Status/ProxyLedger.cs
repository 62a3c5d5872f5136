using Weft.Contracts.Api;
using Weft.ControlPlane.Serving;

namespace Weft.ControlPlane.Status;

/// <summary>What one discovery stream has still to answer for, and what it refused.</summary>
internal sealed class ProxyLedger(AckLedger ledger, string workload, string service, TimeProvider time) : IDisposable
{
    private const int MaxRefusals = 64;
    private readonly SortedDictionary<long, CommitRecord> _records = [];
    private readonly Dictionary<DiscoveryKey, SortedSet<long>> _open = [];
    private readonly Dictionary<DiscoveryKey, string> _refused = [];
    private TimeSpan _lastTook;
    private long _pushes;
    private int _subscriptions;

    internal string Workload { get; } = workload;

    internal int Subscriptions
    {
        get => Volatile.Read(ref _subscriptions);
        set => Volatile.Write(ref _subscriptions, value);
    }

    internal long Pushes => Interlocked.Read(ref _pushes);

    internal void Pushed() => Interlocked.Increment(ref _pushes);

    /// <summary>A commit changed a resource that the proxy subscribes to.</summary>
    internal void Affected(DiscoveryKey key, long commit)
    {
        lock (ledger.Lock)
        {
            if (ledger.FindCommit(commit) is not { } record)
            {
                return;
            }

            if (!_open.TryGetValue(key, out SortedSet<long>? commits))
            {
                _open.Add(key, commits = []);
            }

            if (commits.Add(record.To))
            {
                record.Open(this);
                _records[record.To] = record;
            }
        }
    }

    /// <summary>The proxy runs the resource as it was at the commit, or never saw the difference.</summary>
    internal void Confirm(DiscoveryKey key, string version, long commit)
    {
        lock (ledger.Lock)
        {
            if (_refused.TryGetValue(key, out string? refused) && !refused.StartsWith(version + " ", StringComparison.Ordinal))
            {
                _refused.Remove(key);
            }

            CloseLocked(key, commit, null);
        }
    }

    /// <summary>The proxy refused the resource and keeps what it had.</summary>
    internal void Refuse(DiscoveryKey key, string version, long commit, string reason)
    {
        lock (ledger.Lock)
        {
            if (_refused.Count < MaxRefusals || _refused.ContainsKey(key))
            {
                _refused[key] = version + " " + reason;
            }

            CloseLocked(key, commit, new ProxyRefusal(Workload, key.ToString(), reason));
        }
    }

    /// <summary>The proxy does not subscribe to the resource any more.</summary>
    internal void Forget(DiscoveryKey key)
    {
        lock (ledger.Lock)
        {
            _refused.Remove(key);
            CloseLocked(key, long.MaxValue, null);
        }
    }

    internal void Took(TimeSpan duration) => _lastTook = duration;

    internal ProxyState StateLocked(long applied)
    {
        long? oldest = null;
        foreach (SortedSet<long> commits in _open.Values)
        {
            oldest = oldest is null ? commits.Min : Math.Min(oldest.Value, commits.Min);
        }

        TimeSpan lag = oldest is { } commit ? time.GetUtcNow() - _records[commit].Since : _lastTook;
        string? refusal = _refused.Count == 0 ? null : _refused.Select(item => $"{item.Key}: {item.Value[(item.Value.IndexOf(' ') + 1)..]}").First();
        return new ProxyState(
            Workload,
            service,
            oldest is { } open ? _records[open].From - 1 : applied,
            oldest is not null,
            Math.Round(lag.TotalMilliseconds, 3),
            refusal,
            Subscriptions);
    }

    public void Dispose()
    {
        lock (ledger.Lock)
        {
            _open.Clear();
            _records.Clear();
            ledger.CloseLocked(this);
        }
    }

    private void CloseLocked(DiscoveryKey key, long upTo, ProxyRefusal? refusal)
    {
        if (!_open.TryGetValue(key, out SortedSet<long>? commits))
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        while (commits.Count > 0 && commits.Min <= upTo)
        {
            long commit = commits.Min;
            commits.Remove(commit);
            _records[commit].Close(this, refusal, now);
        }

        if (commits.Count == 0)
        {
            _open.Remove(key);
        }

        if (_open.Count == 0)
        {
            _records.Clear();
        }

        ledger.Pulse();
    }
}
