using Weft.Contracts.Protobuf;
using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>
/// Sends spans and log records of the records of interest, and all metrics, to a collector. Control thread. Of each signal at most one request is under way and a bounded
/// number of items waits; what is more, and what a collector refuses or does not take in time, is dropped and counted.
/// </summary>
internal sealed class OtlpExporter : IFlowSink
{
    /// <summary>Items of one signal that wait for the request before them.</summary>
    public const int WaitingMax = 2_048;

    private const int SendEveryMs = 1_000;
    private const int MetricsEveryMs = 10_000;

    /// <summary>Items of one request.</summary>
    private const int BatchMax = 512;

    private readonly EventLoop _loop;
    private readonly IOtlpCollector _collector;
    private readonly MetersFold _fold;
    private readonly TimeProvider _clock;
    private readonly WorkloadMark _workload;
    private readonly string _service;
    private readonly string _version;
    private readonly Func<IEnumerable<Exemplar>> _exemplars;
    private readonly OtlpBaseline? _baseline;
    private readonly Queue<byte[]> _spans = new();
    private readonly Queue<byte[]> _logs = new();
    private readonly ProtoWriter _item = new(1_024);
    private readonly bool[] _underWay = new bool[3];
    private readonly ulong _startNano;
    private ulong _lastNano;
    private long _sendAtMs;
    private long _metricsAtMs;
    private long _toldMs = long.MinValue / 2;

    /// <param name="loop">The control loop.</param>
    /// <param name="collector">Where to.</param>
    /// <param name="fold">The figures.</param>
    /// <param name="clock">Wall clock.</param>
    /// <param name="workload">Whose telemetry it is.</param>
    /// <param name="service">"namespace/service" of it.</param>
    /// <param name="version">Of the proxy.</param>
    /// <param name="isDelta">Whether metrics count since the last report.</param>
    /// <param name="exemplars">Exchanges to name beside latencies.</param>
    public OtlpExporter(
        EventLoop loop, IOtlpCollector collector, MetersFold fold, TimeProvider clock, WorkloadMark workload, string service, string version, bool isDelta, Func<IEnumerable<Exemplar>> exemplars)
    {
        _loop = loop;
        _collector = collector;
        _fold = fold;
        _clock = clock;
        _workload = workload;
        _service = service;
        _version = version;
        _exemplars = exemplars;
        _baseline = isDelta ? new OtlpBaseline() : null;
        _startNano = _lastNano = NowNano();
        _metricsAtMs = loop.NowMs + MetricsEveryMs;
    }

    public string Name => "otlp";

    /// <summary>Spans, log records and metric requests that were not taken.</summary>
    public long Dropped { get; private set; }

    /// <summary>Requests that a collector took.</summary>
    public long Sent { get; private set; }

    public void Take(FlowView view)
    {
        if (view.Data.Facts.Mark == FlowMark.None)
        {
            return;
        }

        _item.Clear();
        OtlpEncoding.Span(_item, view);
        Keep(_spans);
        if (view.Data.Facts.Mark is FlowMark.Error or FlowMark.Slow)
        {
            _item.Clear();
            OtlpEncoding.Log(_item, view);
            Keep(_logs);
        }
    }

    public void Lose(long count)
    {
        // Only records of interest would have been sent, and those have a ring of their own.
    }

    public void Flush()
    {
        if (!_collector.Tend())
        {
            return;
        }

        if (_loop.NowMs >= _sendAtMs)
        {
            _sendAtMs = _loop.NowMs + SendEveryMs;
            SendItems(OtlpSignal.Traces, _spans);
            SendItems(OtlpSignal.Logs, _logs);
        }

        if (_loop.NowMs >= _metricsAtMs)
        {
            _metricsAtMs = _loop.NowMs + MetricsEveryMs;
            SendMetrics();
        }
    }

    private void Keep(Queue<byte[]> items)
    {
        if (items.Count >= WaitingMax)
        {
            Dropped++;
            return;
        }

        items.Enqueue(_item.ToArray());
    }

    private void SendItems(OtlpSignal signal, Queue<byte[]> items)
    {
        if (items.Count == 0 || _underWay[(int)signal])
        {
            return;
        }

        ProtoWriter request = new(4_096);
        (int, int) open = OtlpEncoding.Begin(request, _workload, _service, _version);
        int count = 0;
        while (count < BatchMax && items.TryDequeue(out byte[]? item))
        {
            request.WriteRaw(item);
            count++;
        }

        OtlpEncoding.End(request, open);
        Send(signal, request.ToArray(), count);
    }

    private void SendMetrics()
    {
        if (_underWay[(int)OtlpSignal.Metrics])
        {
            // What was not sent now is in the next report: nothing is lost.
            return;
        }

        ulong now = NowNano();
        IReadOnlyList<FoldedSeries> all = _fold.Fold();
        ProtoWriter request = new(16 * 1_024);
        (int, int) open = OtlpEncoding.Begin(request, _workload, _service, _version);
        OtlpEncoding.Metrics(request, all, _baseline, _baseline is null ? _startNano : _lastNano, now, new ExemplarTable(_exemplars(), _lastNano));
        OtlpEncoding.End(request, open);
        _baseline?.Keep(all);
        _lastNano = now;
        Send(OtlpSignal.Metrics, request.ToArray(), 1);
    }

    private async void Send(OtlpSignal signal, byte[] request, int items)
    {
        _underWay[(int)signal] = true;
        string? fault;
        try
        {
            fault = await _collector.SendAsync(signal, request);
        }
        catch (Exception broken) when (broken is IOException or ProtoException)
        {
            fault = broken.Message;
        }

        _underWay[(int)signal] = false;
        if (fault is null)
        {
            Sent++;
            return;
        }

        Dropped += items;
        if (_loop.NowMs - _toldMs >= 60_000)
        {
            _toldMs = _loop.NowMs;
            ProxyLog.Warn($"telemetry is not taken: {fault} ({Dropped} items dropped so far)");
        }
    }

    private ulong NowNano() => (ulong)(_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
