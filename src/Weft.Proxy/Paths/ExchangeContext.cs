using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Paths;

/// <summary>
/// What the proxy knows of one exchange while it lasts. Every stream object has one for its whole life and fills it anew
/// for each exchange.
/// </summary>
internal sealed class ExchangeContext
{
    private readonly LoopTimer _timer;
    private EndReason _timeoutReason;

    private ExchangeContext(HttpStream exchange)
    {
        Exchange = exchange;
        Wake = new Signal(exchange.Loop);
        _timer = new LoopTimer(exchange.Loop, OnTimeout);
    }

    public HttpStream Exchange { get; }

    public Arrival Arrival { get; private set; } = null!;

    /// <summary>Wakes the exchange while it waits for a connection that somebody else dials.</summary>
    public Signal Wake { get; }

    /// <summary>A head for answers of our own.</summary>
    public MessageHead Reply { get; } = new();

    /// <summary>What the director keeps of its decision.</summary>
    public object? State { get; set; }

    public HttpStream? Upstream { get; set; }

    public long StartedUs { get; private set; }

    public long BytesUp { get; set; }

    public long BytesDown { get; set; }

    public int Attempts { get; set; }

    /// <summary>Status that the client got, 0 while none.</summary>
    public int Status { get; set; }

    public bool ResponseStarted => Status != 0;

    public bool UploadStopped { get; private set; }

    /// <summary>Whether the request asks for a tunnel: CONNECT, or an upgrade.</summary>
    public bool WantsTunnel { get; private set; }

    public bool IsGrpc { get; private set; }

    /// <summary>What the application on the far side speaks, when the director knows; else what the client spoke.</summary>
    public HttpVersion AppVersion { get; set; }

    /// <summary>The deadline that has passed, <see cref="EndReason.Ok"/> while none has.</summary>
    public EndReason Expired { get; private set; }

    public static ExchangeContext Of(HttpStream exchange) => (ExchangeContext)(exchange.Context ??= new ExchangeContext(exchange));

    public void Begin(Arrival arrival)
    {
        Arrival = arrival;
        State = null;
        Upstream = null;
        StartedUs = Exchange.Loop.NowUs;
        BytesUp = BytesDown = 0;
        Attempts = 0;
        Status = 0;
        AppVersion = HttpVersion.None;
        UploadStopped = false;
        Expired = EndReason.Ok;
        MessageHead head = Exchange.Head;
        WantsTunnel = !head.Protocol.IsEmpty || head[head.Method].SequenceEqual("CONNECT"u8);
        IsGrpc = head.TryGetField("content-type"u8, out ReadOnlySpan<byte> type) && type.StartsWith("application/grpc"u8);
    }

    public void End()
    {
        _timer.Cancel();
        Upstream = null;
        State = null;
        Reply.Release();
    }

    /// <summary>Ends the exchange with that reason unless it has ended by then.</summary>
    public void SetDeadline(long delayMs, EndReason reason)
    {
        _timeoutReason = reason;
        _timer.Set(delayMs);
    }

    public void CancelDeadline() => _timer.Cancel();

    /// <summary>Ends an upload whose answer is already complete.</summary>
    public void StopUpload()
    {
        UploadStopped = true;
        Exchange.Received.Set();
        Upstream?.Room.Set();
    }

    private void OnTimeout()
    {
        Expired = _timeoutReason;
        Upstream?.Abort(StreamFault.Timeout);
        Wake.Set();
    }
}
