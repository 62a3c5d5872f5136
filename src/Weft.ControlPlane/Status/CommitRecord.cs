using Weft.Contracts.Api;

namespace Weft.ControlPlane.Status;

/// <summary>The account of one commit, or of several that were applied together. Guarded by the ledger's lock.</summary>
internal sealed class CommitRecord(long from, long to, DateTimeOffset since)
{
    private readonly Dictionary<ProxyLedger, int> _open = [];
    private readonly HashSet<ProxyLedger> _affected = [];
    private readonly List<(ProxyLedger Proxy, ProxyRefusal Refusal)> _refused = [];
    private DateTimeOffset? _doneAt;
    private bool _settled;

    internal long From { get; } = from;

    internal long To { get; } = to;

    internal DateTimeOffset Since { get; } = since;

    internal void Open(ProxyLedger proxy)
    {
        _affected.Add(proxy);
        _open[proxy] = _open.GetValueOrDefault(proxy) + 1;
    }

    internal void Close(ProxyLedger proxy, ProxyRefusal? refusal, DateTimeOffset now)
    {
        if (refusal is not null)
        {
            _refused.Add((proxy, refusal));
        }

        if (_open.TryGetValue(proxy, out int count) && count > 1)
        {
            _open[proxy] = count - 1;
            return;
        }

        if (_open.Remove(proxy))
        {
            proxy.Took(now - Since);
        }

        CheckDone(now);
    }

    /// <summary>A proxy that is gone is not waited for: it takes the present state when it comes back.</summary>
    internal void Drop(ProxyLedger proxy, DateTimeOffset now)
    {
        if (_open.Remove(proxy))
        {
            _affected.Remove(proxy);
            CheckDone(now);
        }
    }

    internal void Settle(DateTimeOffset now)
    {
        _settled = true;
        CheckDone(now);
    }

    internal RolloutStatus Describe(long commit, DateTimeOffset now)
    {
        int refusing = _refused.Select(item => item.Proxy).Distinct().Count(proxy => _affected.Contains(proxy) && !_open.ContainsKey(proxy));
        return new RolloutStatus
        {
            Commit = commit,
            Done = _doneAt is not null,
            Affected = _affected.Count,
            Current = _affected.Count - _open.Count - refusing,
            Lagging = [.. _open.Keys.Select(proxy => proxy.Workload).Order(StringComparer.Ordinal)],
            Refused = [.. _refused.Select(item => item.Refusal)],
            ElapsedMs = Math.Round(((_doneAt ?? now) - Since).TotalMilliseconds, 3),
        };
    }

    private void CheckDone(DateTimeOffset now)
    {
        if (_settled && _open.Count == 0)
        {
            _doneAt ??= now;
        }
    }
}
