using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Telemetry;
using Weft.Routing;
using Weft.Routing.Balancing;

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

    public Decision Decision { get; set; }

    /// <summary>Endpoints of this exchange that were tried.</summary>
    public TriedEndpoints Tried;

    /// <summary>The endpoint of the present attempt, and when the request went out to it.</summary>
    public EndpointLoad? Load { get; set; }

    public long AttemptStartedUs { get; set; }

    /// <summary>The policy that denied, or other words that explain a refusal.</summary>
    public string Explanation { get; set; } = "";

    public ExchangeRecord Record { get; set; }

    public HttpStream? Upstream { get; set; }

    public long StartedUs { get; private set; }

    public long BytesUp { get; set; }

    public long BytesDown { get; set; }

    public int Attempts { get; set; }

    /// <summary>Status that the client got, 0 while none.</summary>
    public int Status { get; set; }

    public bool ResponseStarted => Status != 0;

    /// <summary>When the upstream's final head came, on the loop's clock.</summary>
    public long AnsweredUs { get; private set; }

    public bool UploadStopped { get; private set; }

    /// <summary>Whether the request asks for a tunnel: CONNECT, or an upgrade.</summary>
    public bool WantsTunnel { get; private set; }

    /// <summary>An opaque stream: there is no request to look at.</summary>
    public bool IsOpaque => WantsTunnel && Exchange.Head.Protocol.IsEmpty;

    public bool IsGrpc { get; private set; }

    /// <summary>What the application on the far side speaks, when the director knows; else what the client spoke.</summary>
    public HttpVersion AppVersion { get; set; }

    /// <summary>What the application spoke, as figures name it.</summary>
    public ExchangeProtocol Protocol => IsOpaque ? ExchangeProtocol.Tcp
        : WantsTunnel ? ExchangeProtocol.WebSocket
        : IsGrpc ? ExchangeProtocol.Grpc
        : AppVersion == HttpVersion.Http2 || (AppVersion == HttpVersion.None && Exchange.Version == HttpVersion.Http2) ? ExchangeProtocol.Http2
        : ExchangeProtocol.Http1;

    /// <summary>The deadline that has passed, <see cref="EndReason.Ok"/> while none has.</summary>
    public EndReason Expired { get; private set; }

    public static ExchangeContext Of(HttpStream exchange) => (ExchangeContext)(exchange.Context ??= new ExchangeContext(exchange));

    public void Begin(Arrival arrival)
    {
        Arrival = arrival;
        State = null;
        Decision = default;
        Tried = default;
        Load = null;
        Explanation = "";
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
        Decision = default;
        Tried = default;
        Load = null;
        Record = default;
        Reply.Release();
    }

    /// <summary>The upstream's final head is here and about to go to the client.</summary>
    public void Answer(int status)
    {
        Status = status;
        AnsweredUs = Exchange.Loop.NowUs;
        Record.Answer();
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

    /// <summary>Makes the request ready for another attempt; nothing of its body has been used.</summary>
    public void ResumeUpload() => UploadStopped = false;

    private void OnTimeout()
    {
        Expired = _timeoutReason;
        Upstream?.Abort(StreamFault.Timeout);
        Wake.Set();
    }
}
