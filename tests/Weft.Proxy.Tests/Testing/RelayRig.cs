using System.Text;
using Weft.Primitives;
using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Relaying;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;

namespace Weft.Proxy.Tests.Testing;

/// <summary>
/// A whole relay over memory: clients and origins are ends of pipes that a test writes bytes to and reads bytes from; the clock stands
/// still. With <c>pair</c> there are two proxies with HTTP/2 between them, as in the mesh.
/// </summary>
internal sealed class RelayRig
{
    private readonly int _capacity;
    private readonly TunnelTimes _times;
    private readonly bool _toForwardProxy;
    private readonly Func<Transport, Task> _serve;
    private readonly UpstreamProtocol _app;

    public RelayRig(bool pair = false, bool opaque = false, int capacity = 256 * 1024, bool http2Origin = false, TunnelTimes? times = null, bool toForwardProxy = false, bool flows = false)
    {
        _times = times ?? TunnelTimes.Default;
        _toForwardProxy = toForwardProxy;
        _capacity = capacity;
        Meters = new Meters(Clock);
        Loop = new EventLoop(new NullPoller(), Clock);
        Settings = new Current<FlowSettings>(FlowSettings.Default);
        Flows = flows ? new FlowRecorder(Loop, Clock, Settings) : null;
        Idle = new IdleConnections(Loop, ConnectionLimits.Default, Drain);
        Origin = new MemoryDialer(Loop, capacity);
        _app = opaque ? UpstreamProtocol.Opaque : http2Origin ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1;
        ExchangePath far = MakePath(Origin, _app, opaque, isFar: pair);
        if (!pair)
        {
            _serve = Serve(far, opaque);
            return;
        }

        MemoryDialer between = new(Loop)
        {
            OnAccept = there =>
            {
                Tunnels.Add(new Http2Connection(there, ConnectionLimits.Default, isServer: true));
                _ = Tunnels[^1].RunAsync(far);
            },
        };
        Between = between;
        _serve = Serve(MakePath(between, UpstreamProtocol.Http2, opaque), opaque);
    }

    public ManualClock Clock { get; } = new();

    /// <summary>The records of its exchanges, both proxies' if there are two.</summary>
    public FlowRecorder? Flows { get; }

    public Current<FlowSettings> Settings { get; }

    public EventLoop Loop { get; }

    /// <summary>The counters of all its exchanges and refusals.</summary>
    public Meters Meters { get; }

    public MemoryDialer Origin { get; }

    public MemoryDialer? Between { get; }

    public ServerDrain Drain { get; } = new();

    /// <summary>Clients' HTTP/1 connections that rest.</summary>
    public IdleConnections Idle { get; }

    /// <summary>Clients' HTTP/1 connections that have ended.</summary>
    public int Ended { get; private set; }

    /// <summary>The far proxy's ends of the connections between the two.</summary>
    public List<Http2Connection> Tunnels { get; } = [];

    public MemoryTransport Connect()
    {
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(Loop, _capacity);
        _ = _serve(there);
        Settle();
        return here;
    }

    public MemoryTransport ConnectHttp2(out Http2Connection client)
    {
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(Loop, _capacity);
        _ = new Http2Connection(there, ConnectionLimits.Default, isServer: true).RunAsync(MakePath(Origin, UpstreamProtocol.Http1, opaque: false));
        client = new Http2Connection(here, ConnectionLimits.Default, isServer: false);
        _ = client.RunAsync(null);
        Settle();
        return here;
    }

    /// <summary>A client that speaks HTTP/2 to the relay as its test pleases.</summary>
    public RawHttp2 ConnectRawHttp2(ConnectionLimits? limits = null, bool opens = true)
    {
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(Loop, _capacity);
        Http2Connection served = new(there, limits ?? ConnectionLimits.Default, isServer: true);
        Drain.Enter(served);
        _ = ServeHttp2Async(served, MakePath(Origin, _app, opaque: false));
        return new RawHttp2(this, here, isServer: false, opens);
    }

    /// <summary>All refusals as "CODE=count", in the order of the reasons.</summary>
    public string Refused() => string.Join(' ', Enum.GetValues<EndReason>().Where(reason => Meters.Rejected(reason) > 0).Select(reason => $"{EndReasons.Code(reason)}={Meters.Rejected(reason)}"));

    /// <summary>Runs until nothing is left to do without time passing.</summary>
    public void Settle()
    {
        for (int turn = 0; turn < 100_000; turn++)
        {
            if (!Loop.RunOnce())
            {
                return;
            }
        }

        throw new InvalidOperationException("the loop never came to rest");
    }

    public void Advance(long ms)
    {
        Clock.AdvanceMs(ms);
        Settle();
    }

    public void Send(MemoryTransport from, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int sent = 0; sent < bytes.Length;)
        {
            int taken = from.TrySend(bytes.AsSpan(sent));
            if (taken < 0)
            {
                throw new InvalidOperationException("the pipe is full or broken");
            }

            sent += taken;
        }

        Settle();
    }

    /// <summary>Everything that has arrived there.</summary>
    public string Receive(MemoryTransport at)
    {
        Settle();
        StringBuilder text = new();
        byte[] buffer = new byte[64 * 1024];
        for (int received; (received = at.TryReceive(buffer)) > 0; Settle())
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, received));
        }

        return text.ToString();
    }

    private ExchangePath MakePath(IDialer dialer, UpstreamProtocol protocol, bool opaque, bool isFar = false)
    {
        Upstream upstream = new(Loop, dialer, new UpstreamSettings { Address = NetAddress.V4(0x7f000001, 8080), Protocol = protocol, IsForwardProxy = _toForwardProxy }, ConnectionLimits.Default);
        RelayDirector director = new(Loop, Meters, new RelayTargets([new RelayTarget(upstream)], []), opaque) { Times = _times, PassesConnect = _toForwardProxy, Flows = Flows, PassesRequestIds = Flows is not null };
        return new ExchangePath(new NamingDirector(director, isFar) { Sheds = () => Drain.IsShedding, Flows = Flows }, new Arrival(NetAddress.V4(0x0a000001, 40_000), default, null));
    }

    private async Task ServeHttp2Async(Http2Connection served, ExchangePath path)
    {
        await served.RunAsync(path);
        Drain.Leave(served);
    }

    /// <summary>A relay's director that also names a destination in the CONNECT of an opaque stream, as the mesh's does.</summary>
    private sealed class NamingDirector(Director inner, bool isFar) : Director
    {
        public override ValueTask<EndReason> DirectAsync(ExchangeContext context)
        {
            context.IsFromProxy = isFar;
            MessageHead head = context.Exchange.Head;
            if (context.IsOpaque && head.Authority.IsEmpty)
            {
                head.Authority = head.Append("redis.shop:6379"u8);
            }

            return inner.DirectAsync(context);
        }

        public override bool PassesIds => inner.PassesIds;

        public override bool TrustsIds(Arrival arrival) => inner.TrustsIds(arrival);

        public override Upstream? Next(ExchangeContext context) => inner.Next(context);

        public override TunnelTimes TunnelTimesOf(ExchangeContext context) => inner.TunnelTimesOf(context);

        public override void OnAttempt(ExchangeContext context, EndReason reason) => inner.OnAttempt(context, reason);

        public override void OnOutcome(ExchangeContext context, EndReason reason) => inner.OnOutcome(context, reason);

        public override void OnRefused(EndReason reason) => inner.OnRefused(reason);
    }

    private Func<Transport, Task> Serve(ExchangePath path, bool opaque)
        => transport => opaque
            ? new OpaqueConnection(transport, Drain).RunAsync(path)
            : ServeHttp1(transport, path);

    private Task ServeHttp1(Transport transport, ExchangePath path)
    {
        Idle.Serve(transport, path, default, () => Ended++);
        return Task.CompletedTask;
    }
}
