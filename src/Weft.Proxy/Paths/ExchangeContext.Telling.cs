using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Protocols;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Paths;

/// <content>What is noted of an exchange while it lasts, so that its record can be written at its end.</content>
internal sealed partial class ExchangeContext
{
    /// <summary>Request id and trace.</summary>
    public RequestTrace Trace;

    /// <summary>The attempts so far, the first ones in place.</summary>
    public AttemptEntries AttemptEntries;

    public GrpcMessageCount MessagesUp;

    public GrpcMessageCount MessagesDown;

    private FlowTimes _times;
    private RoundTrip _serverRtt;
    private Slice _method;
    private Slice _authority;
    private Slice _path;

    public TlsFacts DownstreamTls => Exchange.Carrier.Tls;

    /// <summary>Of the last attempt's connection.</summary>
    public TlsFacts UpstreamTls { get; private set; }

    /// <summary>The endpoint that the balancer chose last; null before, and where there is no balancer.</summary>
    public EndpointView? LastEndpoint { get; set; }

    /// <summary>The policy that denied; empty without one.</summary>
    public string Policy { get; set; } = "";

    /// <summary>The template of the request's path, "" where none is known.</summary>
    public string Template { get; set; } = "";

    /// <summary>The method as the client sent it, whatever it was translated to.</summary>
    public ReadOnlySpan<byte> Method(MessageHead head) => head[_method];

    /// <summary>The host as the client sent it.</summary>
    public ReadOnlySpan<byte> Authority(MessageHead head) => head[_authority];

    /// <summary>The path as the client sent it, before routes rewrote it.</summary>
    public ReadOnlySpan<byte> Path(MessageHead head) => head[_path];

    /// <summary>Gives the request its id and its place in a trace, and tells the upstream of the id.</summary>
    public void Identify(Director director)
    {
        MessageHead head = Exchange.Head;
        Trace.Begin(head, director.TrustsIds(Arrival), director.Flows!.Ids);
        if (Trace.IsNew && director.PassesIds)
        {
            head.RemoveField(KnownField.RequestId);
            head.AddField(head.Append("x-request-id"u8), head.Append(Trace.Id), KnownField.RequestId);
        }
    }

    /// <summary>A lease was got, or was not to be had.</summary>
    public void NoteLease(UpstreamSettings upstream, in LeaseResult lease, long askedUs)
    {
        long waitedUs = Exchange.Loop.NowUs - askedUs;
        _times.Leased(waitedUs, lease.DialUs);
        if (Attempts <= AttemptEntries.Max)
        {
            AttemptEntries[Attempts - 1] = new AttemptEntry
            {
                Endpoint = upstream.Address,
                Reason = lease.Reason,
                ConnectUs = FlowParts.Span(lease.DialUs),
                QueueUs = FlowParts.Span(waitedUs - lease.DialUs),
            };
        }
    }

    /// <summary>The request's body has been handed over whole.</summary>
    public void NoteUploaded() => _times.UploadedUs = Exchange.Loop.NowUs;

    /// <summary>The attempt on a lease is over; its connection is still there.</summary>
    public void NoteAttempt(EndReason reason, HttpStream upstream)
    {
        _serverRtt = upstream.Carrier.RoundTrip;
        UpstreamTls = upstream.Carrier.Tls;
        if (Attempts <= AttemptEntries.Max)
        {
            ref AttemptEntry entry = ref AttemptEntries[Attempts - 1];
            entry.Reason = reason;
            entry.Status = (ushort)Math.Clamp(upstream.Head.Status, 0, 999);
            long untilUs = AnsweredUs > 0 ? AnsweredUs : Exchange.Loop.NowUs;
            entry.WaitUs = Sent == 0 ? 0 : FlowParts.Span(untilUs - AttemptStartedUs);
        }
    }

    /// <summary>Closes the account and writes the record. Called once, by the director.</summary>
    public void Conclude(EndReason reason, Director director)
    {
        FlowParts parts = _times.Make(StartedUs, Sent == 0 ? 0 : AttemptStartedUs, AnsweredUs, Exchange.Loop.NowUs, Exchange.Carrier.RoundTrip, _serverRtt);
        EdgeKey edge = Record.Edge;
        Record.Close(reason, Status, BytesUp, BytesDown, GrpcStatus, new ExchangeTally(parts, Attempts, MessagesUp.Count, MessagesDown.Count));
        director.Flows?.Write(this, reason, edge, parts, director);
    }

    private void BeginTelling()
    {
        Trace.Clear();
        MessageHead head = Exchange.Head;
        (_method, _authority, _path) = (head.Method, head.Authority, head.Path);
        _times.Begin();
        _serverRtt = default;
        UpstreamTls = default;
        LastEndpoint = null;
        Policy = Template = "";
        AnsweredUs = AttemptStartedUs = 0;
        MessagesUp = MessagesDown = default;
    }
}
