using System.Text;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Tests.Testing;

/// <summary>A front end over memory: what it lets through is noted and dropped, what it refuses is counted and told.</summary>
internal sealed class FrontendRig : IExchangeHandler
{
    private readonly Frontend _frontend;

    public FrontendRig(Func<FrontendRig, FrontendSettings, FrontendSettings>? change = null)
    {
        Loop = new EventLoop(new NullPoller(), Clock);
        Meters = new Meters(Clock);
        FrontendSettings settings = new()
        {
            Admit = static _ => new(ListenProtocol.Auto),
            MakeHandler = arrival =>
            {
                Arrivals.Add(arrival);
                return this;
            },
        };
        _frontend = new Frontend(Loop, change?.Invoke(this, settings) ?? settings, new ServerDrain(), Meters, new Refusals(Loop, Meters, Lines.Add));
    }

    public ManualClock Clock { get; } = new();

    public EventLoop Loop { get; }

    public Meters Meters { get; }

    /// <summary>What the log was told.</summary>
    public List<string> Lines { get; } = [];

    public List<Arrival> Arrivals { get; } = [];

    /// <summary>Versions of the exchanges that began.</summary>
    public List<Primitives.Http.HttpVersion> Exchanges { get; } = [];

    /// <summary>The first bytes of the last opaque exchange, as it saw them.</summary>
    public byte[] Received { get; private set; } = [];

    public MemoryTransport Connect()
    {
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(Loop);
        _ = _frontend.ServeAsync(there, static () => { });
        Settle();
        return here;
    }

    public void Send(MemoryTransport from, string text) => Send(from, Encoding.Latin1.GetBytes(text));

    public void Send(MemoryTransport from, ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(bytes.Length, from.TrySend(bytes));
        Settle();
    }

    public void Settle()
    {
        for (int turn = 0; turn < 10_000; turn++)
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

    /// <summary>All refusals as "CODE=count", in the order of the reasons.</summary>
    public string Refused() => string.Join(' ', Enum.GetValues<EndReason>().Where(reason => Meters.Rejected(reason) > 0).Select(reason => $"{EndReasons.Code(reason)}={Meters.Rejected(reason)}"));

    void IExchangeHandler.OnRefused(EndReason reason) => Meters.Reject(reason);

    ValueTask IExchangeHandler.ServeAsync(HttpStream exchange)
    {
        Exchanges.Add(exchange.Version);
        if (exchange.Version == Primitives.Http.HttpVersion.None && exchange.TryReadBody(out ReadOnlySpan<byte> body) == BodyState.Data)
        {
            Received = body.ToArray();
        }

        exchange.Abort(StreamFault.OtherSideGone);
        return default;
    }
}
