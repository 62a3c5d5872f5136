using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;

namespace Weft.ControlPlane.Flows;

/// <summary>Everything about single exchanges: keeps what proxies send, and answers what is asked.</summary>
internal sealed class FlowRoom : IExchangeView
{
    private static readonly TimeSpan s_statusEvery = TimeSpan.FromSeconds(1);
    private readonly FlowStore _store = new();
    private readonly FlowStories _stories;
    private readonly TraceReader _traces;
    private readonly TapHub _taps;
    private readonly TimeProvider _time;

    internal FlowRoom(SessionHub hub, FlowCauses causes, TimeProvider time)
    {
        _stories = new FlowStories(_store, hub, causes);
        _traces = new TraceReader(_store, Spans);
        _taps = new TapHub(hub, time);
        _time = time;
    }

    /// <summary>Spans of applications.</summary>
    internal SpanStore Spans { get; } = new();

    /// <summary>Records that proxies could not send, or that were too long.</summary>
    internal long Dropped => _store.Dropped;

    /// <summary>A proxy sent records.</summary>
    internal void Take(ProxyConnection connection, FlowBatch batch)
    {
        string proxy = connection.Session.Workload.ToString();
        bool isTapped = batch.Tap.Length > 0;
        foreach (FlowRecord record in batch.Flows)
        {
            record.Proxy = proxy;
            _store.Add(record, isTapped);
        }

        if (isTapped)
        {
            _taps.Deliver(batch);
        }
        else
        {
            _store.Lose(batch.Dropped);
        }
    }

    public FlowList List(Filter filter, int limit, DateTimeOffset since)
        => new() { Flows = _store.List(filter, limit, (since - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond), Dropped = _store.Dropped };

    public ValueTask<FlowStory?> FindAsync(string requestId, CancellationToken stop) => _stories.FindAsync(requestId, stop);

    public TraceList ListTraces(Filter filter, int limit) => _traces.List(filter, limit);

    public TraceAnswer? FindTrace(string traceId) => _traces.Find(traceId);

    public async Task<TapStatus?> TapAsync(TapRequest request, Func<FlowRecord?, TapStatus, Task> send, CancellationToken stop)
    {
        if (_taps.Open(request) is not { } tap)
        {
            return null;
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task keeping = _taps.KeepAsync(tap, end.Token);
        try
        {
            DateTimeOffset statusAt = _time.GetUtcNow();
            while (!stop.IsCancellationRequested)
            {
                if (_time.GetUtcNow() >= statusAt)
                {
                    statusAt = _time.GetUtcNow() + s_statusEvery;
                    await send(null, StatusOf(tap));
                }

                if (await WaitAsync(tap, statusAt, stop))
                {
                    while (tap.Records.TryRead(out FlowRecord? record))
                    {
                        await send(record, StatusOf(tap));
                    }
                }
            }
        }
        finally
        {
            await end.CancelAsync();
            await keeping;
        }

        return StatusOf(tap);
    }

    /// <summary>Waits for a record, at most until the next status is due.</summary>
    private async Task<bool> WaitAsync(Tap tap, DateTimeOffset until, CancellationToken stop)
    {
        TimeSpan left = until - _time.GetUtcNow();
        using CancellationTokenSource limit = new(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return await tap.Records.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static TapStatus StatusOf(Tap tap) => new(tap.Proxies.Count, tap.Matched, tap.Dropped);
}
