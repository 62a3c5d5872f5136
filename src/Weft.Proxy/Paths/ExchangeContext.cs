using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Proxy.Relay;
using Weft.Proxy.Telemetry;
using Weft.Routing;
using Weft.Routing.Balancing;
using Weft.Wire.Grpc;

namespace Weft.Proxy.Paths;

/// <summary>
/// What the proxy knows of one exchange while it lasts. Every stream object has one for its whole life and fills it anew
/// for each exchange.
/// </summary>
internal sealed partial class ExchangeContext
{
    private readonly LoopTimer _timer;
    private EndReason _timeoutReason;
    private Pace? _uploadPace;
    private Pace? _downloadPace;
    private GrpcWebBridge? _bridge;
    private TunnelWatch _tunnel;

    private ExchangeContext(HttpStream exchange)
    {
        Exchange = exchange;
        Body = new ReplayBody(exchange.Loop.Pool);
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

    /// <summary>The request's body as far as it may be needed again.</summary>
    public ReplayBody Body;

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

    public int Attempts { get; private set; }

    /// <summary>Attempts whose request was sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Status that the client got, 0 while none.</summary>
    public int Status { get; set; }

    public bool ResponseStarted => Status != 0;

    /// <summary>When the upstream's final head came, on the loop's clock.</summary>
    public long AnsweredUs { get; private set; }

    public bool UploadStopped { get; private set; }

    /// <summary>Whether the request asks for a tunnel: CONNECT, or an upgrade.</summary>
    public bool WantsTunnel { get; private set; }

    /// <summary>A CONNECT without a protocol, from whomever: it names another destination than the one it was sent to.</summary>
    public bool IsConnect { get; private set; }

    /// <summary>An opaque stream: there is no request to look at. CONNECT means this only where it comes from a proxy of the mesh.</summary>
    public bool IsOpaque { get; private set; }

    /// <summary>The request comes from another proxy of the mesh.</summary>
    public bool IsFromProxy { get; set; }

    /// <summary>The Sec-WebSocket-Key of the request is ours, and so is the business of its answer.</summary>
    public bool MadeWebSocketKey { get; set; }

    /// <summary>gRPC, or gRPC-Web.</summary>
    public bool IsGrpc { get; private set; }

    /// <summary>
    /// Whether bodies must keep a least pace. Tunnels and gRPC streams, which only HTTP/2 has, may rest as long as they like: silence is part
    /// of what they say.
    /// </summary>
    public bool IsPaced => !WantsTunnel && !(IsGrpc && Exchange.Version == HttpVersion.Http2);

    /// <summary>The pace of the request's body. Made when first waited for: most requests come whole.</summary>
    public Pace UploadPace => _uploadPace ??= new Pace(Exchange.Loop, OnSlowUpload);

    /// <summary>The pace at which the client takes the answer.</summary>
    public Pace DownloadPace => _downloadPace ??= new Pace(Exchange.Loop, OnSlowDownload);

    /// <summary>gRPC-Web, whose client cannot read trailers.</summary>
    public bool IsGrpcWeb { get; private set; }

    /// <summary>Said by the director: the upstream speaks gRPC only, so gRPC-Web is turned into it.</summary>
    public bool BridgesGrpcWeb { get; set; }

    /// <summary>Given while gRPC-Web is turned into gRPC.</summary>
    public GrpcWebBridge? Bridge { get; private set; }

    /// <summary>gRPC status that the client got, -1 without one.</summary>
    public int GrpcStatus { get; set; }

    /// <summary>What the application on the far side speaks, when the director knows; else what the client spoke.</summary>
    public HttpVersion AppVersion { get; set; }

    /// <summary>What the application spoke, as figures name it.</summary>
    public ExchangeProtocol Protocol => IsOpaque || IsConnect ? ExchangeProtocol.Tcp
        : WantsTunnel ? ExchangeProtocol.WebSocket
        : IsGrpc ? ExchangeProtocol.Grpc
        : AppVersion == HttpVersion.Http2 || (AppVersion == HttpVersion.None && Exchange.Version == HttpVersion.Http2) ? ExchangeProtocol.Http2
        : ExchangeProtocol.Http1;

    /// <summary>Why the exchange was ended from our side, a deadline that has passed for one; <see cref="EndReason.Ok"/> while it was not.</summary>
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
        Attempts = Sent = 0;
        Status = 0;
        AppVersion = HttpVersion.None;
        _uploadPace?.Begin();
        IsFromProxy = MadeWebSocketKey = BridgesGrpcWeb = false;
        GrpcStatus = -1;
        UploadStopped = false;
        Expired = EndReason.Ok;
        Body.Begin();
        BeginTelling();
        MessageHead head = Exchange.Head;
        if (Exchange.Version == HttpVersion.Http11 && head.ContentLength != 0 && head.Framing != BodyFraming.None)
        {
            // An upgrade may be ignored (RFC 9110, 7.8). One with a body would have to wait for the body's end, and nobody sends it.
            head.Protocol = default;
        }

        IsConnect = head.Protocol.IsEmpty && head[head.Method].SequenceEqual("CONNECT"u8);
        IsOpaque = Exchange.Version == HttpVersion.None;
        WantsTunnel = IsConnect || !head.Protocol.IsEmpty;
        ReadTypeOfGrpc(head);
    }

    /// <summary>From now on the request is one of gRPC over HTTP/2; its client goes on in gRPC-Web.</summary>
    public void BeginBridge()
    {
        Bridge = _bridge ??= new GrpcWebBridge(Exchange.Loop.Pool);
        Bridge.Begin(Exchange.Head);
        AppVersion = HttpVersion.Http2;
    }

    /// <summary>The exchange is that of another client than of the connection it came on: a proxy says for whom it speaks.</summary>
    public void SpeaksFor(NetAddress client, NetAddress local) => Arrival = Arrival with { Client = client, Local = local };

    /// <summary>The CONNECT comes from a proxy that carries an opaque stream in it.</summary>
    public void TakeAsOpaque() => IsOpaque = true;

    public void BeginAttempt()
    {
        Attempts++;
        MessagesUp = default;
        BytesUp = 0;
        UploadStopped = false;
    }

    /// <summary>The request goes out on the lease of this attempt.</summary>
    public void BeginSending(HttpStream upstream)
    {
        Sent++;
        AttemptStartedUs = Exchange.Loop.NowUs;
        Upstream = upstream;
        Exchange.OtherSide = upstream;
    }

    public void End()
    {
        Body.Release();
        Bridge?.End();
        Bridge = null;
        _timer.Cancel();
        _uploadPace?.End();
        _downloadPace?.End();
        _tunnel.Stop();
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

    /// <summary>Loop time in ms of the deadline, <see cref="long.MaxValue"/> without one.</summary>
    public long DeadlineMs => _timer.DeadlineMs;

    /// <summary>Ends the exchange with that reason unless it has ended by then, or an earlier deadline ends it.</summary>
    public void SetDeadline(long delayMs, EndReason reason)
    {
        if (_timer.DeadlineMs - Exchange.Loop.NowMs > delayMs)
        {
            _timeoutReason = reason;
            _timer.Set(delayMs);
        }
    }

    /// <summary>Ends what has become a tunnel by its own times; the deadline of the request is over.</summary>
    public void WatchTunnel(TunnelTimes times)
    {
        _timer.Cancel();
        _tunnel.Start(Exchange.Loop, times, _timer);
    }

    /// <summary>Ends an upload whose answer is already complete.</summary>
    public void StopUpload()
    {
        UploadStopped = true;
        Exchange.Received.Set();
        Upstream?.Room.Set();
    }

    /// <summary>Ends the exchange from our side.</summary>
    public void Expire(EndReason reason)
    {
        Expired = reason;
        Upstream?.Abort(StreamFault.Timeout);
        Wake.Set();
    }

    private void OnTimeout()
    {
        EndReason reason = _tunnel.IsOn ? _tunnel.Look(Exchange.Loop, BytesUp + BytesDown, _timer) : _timeoutReason;
        if (reason != EndReason.Ok)
        {
            Expire(reason);
        }
    }

    private void OnSlowUpload()
    {
        if (!ResponseStarted)
        {
            Expire(EndReason.BodyTooSlow);
        }
    }

    private void OnSlowDownload()
    {
        Expire(EndReason.IdleTimeout);
        Exchange.Abort(StreamFault.Timeout);
    }

    private void ReadTypeOfGrpc(MessageHead head)
    {
        IsGrpcWeb = head.TryGetField("content-type"u8, out ReadOnlySpan<byte> type) && GrpcContentType.IsWeb(type, out _);
        IsGrpc = IsGrpcWeb || GrpcContentType.IsGrpc(type);
    }
}
