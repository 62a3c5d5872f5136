using Weft.Contracts.Api;

namespace Weft.ControlPlane.Status;

/// <summary>Which proxies run which commit. For each commit it knows who subscribes to something that the commit changed, and who of them has taken or
/// refused it. Keeps the newest <see cref="MaxCommits"/> commits.</summary>
internal sealed class AckLedger(TimeProvider time)
{
    internal const int MaxCommits = 256;

    private readonly Dictionary<ProxyLedger, string> _proxies = [];
    private readonly List<CommitRecord> _commits = [];
    private TaskCompletionSource _pulse = NewPulse();
    private long _applied;

    internal Lock Lock { get; } = new();

    /// <summary>The newest commit that discovery serves.</summary>
    internal long Applied
    {
        get
        {
            lock (Lock)
            {
                return _applied;
            }
        }
    }

    internal ProxyLedger Open(string workload, string service)
    {
        var ledger = new ProxyLedger(this, workload, service, time);
        lock (Lock)
        {
            _proxies.Add(ledger, workload);
        }

        return ledger;
    }

    /// <summary>Begins the account of a commit; what it changes is reported until <see cref="End"/>.</summary>
    /// <param name="commit">The newest commit of those that are applied together.</param>
    /// <param name="since">When the server learnt of it.</param>
    internal void Begin(long commit, DateTimeOffset since)
    {
        lock (Lock)
        {
            _commits.Add(new CommitRecord(_applied + 1, commit, since));
            if (_commits.Count > MaxCommits)
            {
                _commits.RemoveAt(0);
            }
        }
    }

    /// <summary>Ends the list of what the commit changes: from now on it can be done.</summary>
    internal void End(long commit)
    {
        lock (Lock)
        {
            _applied = commit;
            FindCommit(commit)?.Settle(time.GetUtcNow());
            Pulse();
        }
    }

    internal IReadOnlyList<ProxyState> Proxies()
    {
        lock (Lock)
        {
            return [.. _proxies.Keys.Select(proxy => proxy.StateLocked(_applied))];
        }
    }

    /// <summary>How far a commit has come.</summary>
    internal RolloutStatus Rollout(long commit)
    {
        lock (Lock)
        {
            if (commit > _applied)
            {
                return new RolloutStatus { Commit = commit };
            }

            // A commit too old to be remembered, or that changed nothing for anybody, is done.
            return FindCommit(commit)?.Describe(commit, time.GetUtcNow()) ?? new RolloutStatus { Commit = commit, Done = true };
        }
    }

    /// <summary>Waits until a commit is done or the time is over.</summary>
    internal async Task<RolloutStatus> WaitAsync(long commit, TimeSpan wait, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(wait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        while (true)
        {
            Task changed;
            lock (Lock)
            {
                changed = _pulse.Task;
            }

            RolloutStatus status = Rollout(commit);
            if (status.Done || limit.IsCancellationRequested)
            {
                return status;
            }

            try
            {
                await changed.WaitAsync(both.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return Rollout(commit);
            }
        }
    }

    internal CommitRecord? FindCommit(long commit) => _commits.Find(record => record.From <= commit && commit <= record.To);

    /// <summary>Takes a proxy out; called with the lock held.</summary>
    internal void CloseLocked(ProxyLedger proxy)
    {
        _proxies.Remove(proxy);
        foreach (CommitRecord record in _commits)
        {
            record.Drop(proxy, time.GetUtcNow());
        }

        Pulse();
    }

    /// <summary>Wakes whoever waits for a rollout; called with the lock held.</summary>
    internal void Pulse()
    {
        TaskCompletionSource before = _pulse;
        _pulse = NewPulse();
        before.TrySetResult();
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
