using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Status;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane.Serving;

/// <summary>Turns changes into pushes. Changes of the registry go at once; commits wait for each other a little, so that a burst of them becomes one
/// push. One task does it; what happens meanwhile is merged into its next turn.</summary>
internal sealed partial class MeshEngine(
    SubscriptionIndex index, WorkloadRegistry registry, VirtualAddressBook book, AckLedger acks, TimeProvider time, ILogger<MeshEngine> log)
{
    /// <summary>How long a commit waits for the next one.</summary>
    internal static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(10);

    /// <summary>How long the first commit of a burst waits at most.</summary>
    internal static readonly TimeSpan DebounceMax = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _registryChanged;
    private ModelRevision? _pending;
    private long _newest;
    private DateTimeOffset _pendingSince;
    private DateTimeOffset _pendingUntil;

    /// <summary>The newest commit that was handed over, whether it is served already or not.</summary>
    internal long Newest
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(_newest, index.View.Commit);
            }
        }
    }

    /// <summary>The registry has news.</summary>
    internal void RegistryChanged()
    {
        lock (_lock)
        {
            _registryChanged = true;
            _signal.TrySetResult();
        }
    }

    /// <summary>A commit was made. Older ones than the newest known are ignored: a version never goes backwards.</summary>
    internal void Apply(ModelRevision revision)
    {
        lock (_lock)
        {
            if (revision.Commit < Math.Max(_newest, index.View.Commit))
            {
                return;
            }

            DateTimeOffset now = time.GetUtcNow();
            _pendingSince = _pending is null ? now : _pendingSince;
            _pending = revision;
            _newest = revision.Commit;
            DateTimeOffset limit = _pendingSince + DebounceMax;
            _pendingUntil = now + Debounce < limit ? now + Debounce : limit;
            _signal.TrySetResult();
        }
    }

    /// <summary>Publishes what is known now, without waiting for more. Before it nobody may be served: a view without model has no policies.</summary>
    /// <exception cref="InvalidOperationException">No revision was applied yet.</exception>
    /// <exception cref="StoreException">Services cannot be given durable addresses.</exception>
    internal void PublishFirst()
    {
        ModelRevision first;
        lock (_lock)
        {
            first = _pending ?? throw new InvalidOperationException("A revision of the model must be applied before proxies are served.");
            _pending = null;
        }

        PublishCommit(first, time.GetUtcNow());
    }

    internal async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait = Turn();
            Task signal;
            lock (_lock)
            {
                signal = _signal.Task;
            }

            await WaitAsync(signal, wait, stop);
        }
    }

    /// <summary>Does everything that is due.</summary>
    /// <returns>When the next thing will be due; infinite when nothing is known.</returns>
    internal TimeSpan Turn()
    {
        bool registryChanged;
        ModelRevision? due = null;
        DateTimeOffset since = default;
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        lock (_lock)
        {
            _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            registryChanged = _registryChanged;
            _registryChanged = false;
            TimeSpan left = _pendingUntil - time.GetUtcNow();
            if (_pending is not null && left <= TimeSpan.Zero)
            {
                (due, since, _pending) = (_pending, _pendingSince, null);
            }
            else if (_pending is not null)
            {
                wait = left;
            }
        }

        try
        {
            if (registryChanged)
            {
                PublishRegistry();
            }

            if (due is not null)
            {
                PublishCommit(due, since);
            }
        }
        catch (StoreException e)
        {
            // A new service could not be given a durable address. Everybody keeps what they have until the store is back.
            Log.StoreFailed(log, e.Message);
            return Retry(registryChanged, due, since);
        }

        return wait;
    }

    private void PublishRegistry()
    {
        MeshView before = index.View;
        MeshView next = MeshViewBuilder.Build(before.Bundle, before.Index, registry.Snapshot(), book);
        var delta = new ViewDelta(before, next);
        if (!delta.IsEmpty)
        {
            index.Publish(next, delta.MayChange, isCommit: false);
        }
    }

    private void PublishCommit(ModelRevision revision, DateTimeOffset since)
    {
        MeshView next = MeshViewBuilder.Build(
            index.View.Bundle, new ModelIndex(revision.Commit, revision.Model), registry.Snapshot(), book);
        acks.Begin(revision.Commit, since);
        int changed = index.Publish(next, static _ => true, isCommit: true);
        acks.End(revision.Commit);
        Log.Published(log, revision.Commit, changed);
    }

    private TimeSpan Retry(bool registryChanged, ModelRevision? due, DateTimeOffset since)
    {
        TimeSpan pause = TimeSpan.FromSeconds(1);
        lock (_lock)
        {
            _registryChanged |= registryChanged;
            if (due is not null && _pending is null)
            {
                (_pending, _pendingSince, _pendingUntil) = (due, since, time.GetUtcNow() + pause);
            }
        }

        return pause;
    }

    private async Task WaitAsync(Task signal, TimeSpan wait, CancellationToken stop)
    {
        try
        {
            await signal.WaitAsync(wait, time, stop);
        }
        catch (TimeoutException)
        {
            // Time for what was waiting.
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Commit {Commit} is served, {Changed} subscribed resources changed")]
        internal static partial void Published(ILogger log, long commit, int changed);

        [LoggerMessage(2, LogLevel.Error, "The store failed, changes wait: {Reason}")]
        internal static partial void StoreFailed(ILogger log, string reason);
    }
}
