using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Weft.Primitives;
using Weft.Proxy.Engine;
using Weft.Proxy.Telemetry;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Flows;

/// <summary>
/// Reads the records that the loops write and hands them on: to the control plane those of interest, to taps what their filters match, to sinks all of them.
/// Control thread only. While nobody listens it reads only the few records of interest.
/// </summary>
internal sealed class FlowHub
{
    /// <summary>Taps open at the same time.</summary>
    public const int TapsMax = 10;

    /// <summary>Records a second that one tap may ask for.</summary>
    public const int TapPerSecondMax = 10_000;

    public const int TapPerSecondDefault = 100;

    /// <summary>A tap ends after so long unless it is started again.</summary>
    public const int TapSecondsMax = 300;

    /// <summary>Header fields that all taps together may ask for.</summary>
    public const int TapHeadersMax = 16;

    /// <summary>Failed and slow records sent unasked in one second.</summary>
    private const int ReasonsPerSecond = 200;

    /// <summary>Records of the sampled share sent in one second.</summary>
    private const int SharePerSecond = 50;

    private const int QuietMs = 200;
    private const int BusyMs = 20;

    private readonly EventLoop _loop;
    private readonly Current<FlowSettings> _settings;
    private readonly FlowSettings _own;
    private readonly IReadOnlyList<FlowRecorder> _recorders;
    private readonly FlowCursor[] _kept;
    private readonly FlowCursor[] _recent;
    private readonly List<FlowTap> _taps = [];
    private readonly List<IFlowSink> _sinks = [];
    private readonly FlowView _view = new();
    private readonly LoopTimer _timer;
    private readonly Action _readAll;
    private readonly Action _call;
    private FlowBatch _unasked = new();
    private Func<FlowBatch, bool>? _send;
    private TelemetryView? _telemetry;
    private bool _readsAll;
    private long _secondMs;
    private int _reasonsInSecond;
    private int _shareInSecond;
    private int _isCalled;

    /// <param name="loop">The control loop.</param>
    /// <param name="settings">What the loops write by, first this proxy's own; taps and the control plane change it.</param>
    /// <param name="recorders">Those of all loops.</param>
    public FlowHub(EventLoop loop, Current<FlowSettings> settings, IReadOnlyList<FlowRecorder> recorders)
    {
        _loop = loop;
        _settings = settings;
        _own = settings.Value;
        _recorders = recorders;
        _kept = [.. recorders.Select(static recorder => new FlowCursor(recorder.Kept))];
        _recent = [.. recorders.Select(static recorder => new FlowCursor(recorder.Recent))];
        _timer = new LoopTimer(loop, OnTimer);
        _readAll = ReadAll;
        _call = Call;
        foreach (FlowRecorder recorder in recorders)
        {
            recorder.Kept.WhenFilling = _call;
        }
    }

    /// <summary>Records that were written over before the control plane, a tap or a sink could have them.</summary>
    public long Lost { get; private set; }

    /// <summary>What each sink has missed.</summary>
    public IReadOnlyList<SinkDrops> Drops => [.. _sinks.Select(static sink => new SinkDrops(sink.Name, sink.Dropped))];

    /// <summary>Those in force.</summary>
    public FlowSettings Settings => _settings.Value;

    public int TapCount => _taps.Count;

    /// <summary>Begins to read. On the loop.</summary>
    public void Start() => _timer.Set(QuietMs);

    /// <summary>Adds a sink that gets every record from now on.</summary>
    public void Add(IFlowSink sink)
    {
        _sinks.Add(sink);
        Retune();
    }

    /// <summary>What the control plane says of records holds from now on; null: this proxy's own settings.</summary>
    public void Follow(TelemetryView? telemetry)
    {
        if (telemetry != _telemetry)
        {
            _telemetry = telemetry;
            Retune();
        }
    }

    /// <summary>A session with the control plane has begun or ended.</summary>
    /// <param name="send">Sends a batch; false when there is no room. Null: no session. Taps end with the session that asked for them.</param>
    public void SetSession(Func<FlowBatch, bool>? send)
    {
        _send = send;
        _taps.Clear();
        _unasked = new FlowBatch();
        foreach (FlowCursor cursor in _kept)
        {
            if (send is not null)
            {
                cursor.SkipToEnd();
            }
        }

        Retune();
    }

    /// <summary>Starts a tap, or renews one with the same id.</summary>
    /// <param name="arguments">id; filter; max-rps; headers (names separated by commas); seconds.</param>
    /// <param name="text">What was done, or why not.</param>
    public bool StartTap(IReadOnlyDictionary<string, string> arguments, out string text)
    {
        string id = arguments.GetValueOrDefault("id") ?? "";
        if (id.Length is 0 or > 64)
        {
            text = "a tap needs an id of at most 64 characters";
            return false;
        }

        if (!Filter.TryParse(arguments.GetValueOrDefault("filter") ?? "", out Filter? filter, out FilterError? error))
        {
            text = $"the filter is wrong: {error}";
            return false;
        }

        int same = _taps.FindIndex(tap => tap.Id == id);
        if (same < 0 && _taps.Count >= TapsMax)
        {
            text = $"{TapsMax} taps are open already";
            return false;
        }

        int seconds = Number(arguments, "seconds", TapSecondsMax, TapSecondsMax);
        FlowTap tap = new(id, filter, Number(arguments, "max-rps", TapPerSecondDefault, TapPerSecondMax), _loop.NowMs + (seconds * 1_000L))
        {
            Headers = [.. (arguments.GetValueOrDefault("headers") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(static name => name.ToLowerInvariant()).Take(TapHeadersMax)],
        };
        if (same >= 0)
        {
            _taps[same] = tap;
        }
        else
        {
            _taps.Add(tap);
        }

        Retune();
        text = string.Create(CultureInfo.InvariantCulture, $"tap {id} for {seconds} s");
        return true;
    }

    public bool StopTap(string id)
    {
        int removed = _taps.RemoveAll(tap => tap.Id == id);
        Retune();
        return removed > 0;
    }

    /// <summary>The JSON of the newest record with that request id; null when it is not kept any more.</summary>
    public string? Find(string requestId)
    {
        byte[] id = Encoding.ASCII.GetBytes(requestId);
        foreach (FlowRecorder recorder in _recorders)
        {
            if (Find(recorder.Kept, id) || Find(recorder.Recent, id))
            {
                return Json(_view);
            }
        }

        return null;
    }

    /// <summary>Exchanges of interest, each loop's newest first. Their spans and records went out, so that whoever follows an exemplar finds them.</summary>
    public IEnumerable<Exemplar> Exemplars()
    {
        foreach (FlowRecorder recorder in _recorders)
        {
            foreach (FlowView view in NewestFirst(recorder.Kept))
            {
                yield return Exemplar.Of(view.Data);
            }
        }
    }

    /// <summary>Reads what has been written since the last call and hands it on.</summary>
    public void Pump()
    {
        long nowMs = _loop.NowMs;
        if (_taps.RemoveAll(tap => tap.IsOver(nowMs)) > 0)
        {
            Retune();
        }

        ReadAll();
        Send();
        foreach (IFlowSink sink in _sinks)
        {
            sink.Flush();
        }
    }

    private static int Number(IReadOnlyDictionary<string, string> arguments, string name, int standard, int most)
        => int.TryParse(arguments.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? Math.Min(value, most) : standard;

    private static string Json(FlowView view)
    {
        ArrayBufferWriter<byte> buffer = new(2_048);
        using (Utf8JsonWriter json = new(buffer))
        {
            FlowJson.Write(json, view);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void OnTimer()
    {
        Pump();
        _timer.Set(_readsAll ? BusyMs : QuietMs);
    }

    private void ReadAll()
    {
        Volatile.Write(ref _isCalled, 0);
        if (_loop.NowMs - _secondMs >= 1_000)
        {
            (_secondMs, _reasonsInSecond, _shareInSecond) = (_loop.NowMs, 0, 0);
        }

        foreach (FlowCursor cursor in _kept)
        {
            Read(cursor, isKept: true);
        }

        if (_readsAll)
        {
            foreach (FlowCursor cursor in _recent)
            {
                Read(cursor, isKept: false);
            }
        }
    }

    /// <summary>A ring fills sooner than the timer comes. Loops call it; one call waits at a time.</summary>
    private void Call()
    {
        if (Interlocked.Exchange(ref _isCalled, 1) == 0)
        {
            _loop.Post(_readAll);
        }
    }

    private void Read(FlowCursor cursor, bool isKept)
    {
        long lost = cursor.Lost;
        while (cursor.TryNext(ref _view.Data))
        {
            if (isKept && _send is not null)
            {
                OfferUnasked();
            }

            foreach (FlowTap tap in _taps)
            {
                tap.Offer(_view, _loop.NowMs);
            }

            foreach (IFlowSink sink in _sinks)
            {
                sink.Take(_view);
            }
        }

        Lose(cursor.Lost - lost, isKept);
    }

    private void Lose(long count, bool isKept)
    {
        if (count == 0)
        {
            return;
        }

        Lost += count;
        _unasked.Dropped += isKept ? (ulong)count : 0;
        foreach (FlowTap tap in _taps)
        {
            tap.Lose(count);
        }

        foreach (IFlowSink sink in _sinks)
        {
            sink.Lose(count);
        }
    }

    private void OfferUnasked()
    {
        bool isShare = _view.Data.Facts.Mark == FlowMark.Rate;
        ref int inSecond = ref isShare ? ref _shareInSecond : ref _reasonsInSecond;
        if (inSecond >= (isShare ? SharePerSecond : ReasonsPerSecond))
        {
            _unasked.Dropped++;
            return;
        }

        inSecond++;
        _unasked.Flows.Add(_view.ToRecord());
    }

    private void Send()
    {
        if (_send is null)
        {
            return;
        }

        if (_unasked.Flows.Count > 0 || _unasked.Dropped > 0)
        {
            FlowBatch batch = _unasked;
            _unasked = new FlowBatch();
            if (!_send(batch))
            {
                _unasked.Dropped = batch.Dropped + (ulong)batch.Flows.Count;
            }
        }

        foreach (FlowTap tap in _taps)
        {
            if (tap.Take() is { } batch && !_send(batch))
            {
                tap.Lose(batch.Flows.Count + (long)batch.Dropped);
            }
        }
    }

    private bool Find(FlowRing ring, byte[] id) => NewestFirst(ring).Any(view => view.Data.Id.SequenceEqual(id));

    /// <summary>What a ring still has. It is always the same view, which holds each record until the next one is asked for.</summary>
    private IEnumerable<FlowView> NewestFirst(FlowRing ring)
    {
        long written = ring.Written;
        for (long number = written - 1; number >= Math.Max(0, written - ring.Capacity); number--)
        {
            if (ring.TryRead(number, ref _view.Data))
            {
                yield return _view;
            }
        }
    }

    /// <summary>Tells the loops what is wanted now, and begins or ends reading everything.</summary>
    private void Retune()
    {
        string[] names = [.. _taps.SelectMany(static tap => tap.Headers).Distinct(StringComparer.Ordinal).Take(TapHeadersMax)];
        _settings.Publish(_own.Under(_telemetry) with { WantsConsidered = _taps.Count > 0, HeaderNames = [.. names.Select(Encoding.ASCII.GetBytes)] });
        _view.HeaderNames = _settings.Value.HeaderNames;
        bool readsAll = _taps.Count > 0 || _sinks.Count > 0;
        if (readsAll && !_readsAll)
        {
            foreach (FlowCursor cursor in _recent)
            {
                cursor.SkipToEnd();
            }

            if (_timer.IsSet)
            {
                _timer.Set(BusyMs);
            }
        }

        _readsAll = readsAll;
        foreach (FlowRecorder recorder in _recorders)
        {
            recorder.Recent.WhenFilling = readsAll ? _call : null;
        }
    }
}
