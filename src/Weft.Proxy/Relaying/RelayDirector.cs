using Weft.Contracts.Session;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Paths;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Relaying;

/// <summary>Sends everything to the <c>--to</c> addresses in turn, or to those of the server name, past those that fail.</summary>
internal sealed class RelayDirector(EventLoop loop, Meters meters, RelayTargets all, bool opaque) : Director
{
    private const int FailuresToEject = 3;
    private const int EjectMs = 5_000;

    private uint _turn;

    /// <summary>The upstreams speak gRPC, and clients may come with gRPC-Web.</summary>
    public bool BridgesGrpcWeb { get; init; }

    /// <summary>The upstreams are forward proxies, whose business CONNECT is.</summary>
    public bool PassesConnect { get; init; }

    /// <summary>Whether requests without an id get one.</summary>
    public bool PassesRequestIds { get; init; }

    public TunnelTimes Times { get; init; } = TunnelTimes.Default;

    public override ValueTask<EndReason> DirectAsync(ExchangeContext context)
    {
        context.Record = meters.Open(Direction.Inbound);
        context.BridgesGrpcWeb = BridgesGrpcWeb;
        if (all.Of(context.Arrival.ServerName).Length == 0)
        {
            return new(EndReason.NoRoute);
        }

        if (!context.IsConnect || context.IsOpaque)
        {
            return new(EndReason.Ok);
        }

        if (opaque)
        {
            context.TakeAsOpaque();
            return new(EndReason.Ok);
        }

        // CONNECT names a destination of its own. An upstream that is no proxy could take it for an ordinary request and read what follows as further ones.
        return new(PassesConnect ? EndReason.Ok : EndReason.TunnelUnsupported);
    }

    /// <summary>When a smaller share of the targets is healthy, all are used; 0: unhealthy ones never are.</summary>
    public int MinHealthyPercent { get; init; } = EndpointSet.UsualMinHealthyPercent;

    public override Upstream? Next(ExchangeContext context)
    {
        RelayTarget? last = (RelayTarget?)context.State;
        RelayTarget[] targets = all.Of(context.Arrival.ServerName);
        bool? usesAll = null;
        RelayTarget? instead = null;
        for (int i = 0; i < targets.Length; i++)
        {
            RelayTarget target = targets[_turn++ % (uint)targets.Length];
            // Looked at once one is met: a relay may have ten thousand targets, and this is done for each request.
            if (target.IsUnhealthy && !(usesAll ??= UsesAll(targets)))
            {
                continue;
            }

            if (target != last && target.EjectedUntilMs <= loop.NowMs)
            {
                return Take(context, target);
            }

            if (target != last || context.Attempts <= 1)
            {
                instead ??= target;
            }
        }

        // All are left out, or there is only one: trying beats refusing. The next in need gets another one.
        _turn++;
        return instead is null ? null : Take(context, instead);
    }

    /// <summary>Checks that call most of the targets dead are more likely wrong than right.</summary>
    private bool UsesAll(RelayTarget[] targets)
    {
        int healthy = 0;
        foreach (RelayTarget target in targets)
        {
            healthy += target.IsUnhealthy ? 0 : 1;
        }

        return EndpointSet.IsTooFew(healthy, targets.Length, MinHealthyPercent);
    }

    public override void OnAttempt(ExchangeContext context, EndReason reason)
    {
        RelayTarget target = (RelayTarget)context.State!;
        if (reason is EndReason.ConnectFailed or EndReason.ConnectTimeout or EndReason.UpstreamTlsFailed)
        {
            if (++target.Failures >= FailuresToEject && all.Of(context.Arrival.ServerName).Length > 1)
            {
                target.Failures = 0;
                target.EjectedUntilMs = loop.NowMs + EjectMs;
            }
        }
        else
        {
            target.Failures = 0;
        }
    }

    public override TunnelTimes TunnelTimesOf(ExchangeContext context) => Times;

    public override void OnOutcome(ExchangeContext context, EndReason reason)
        => context.Conclude(reason, this);

    /// <summary>A relay changes nothing of a request unless it is told to.</summary>
    public override bool PassesIds => PassesRequestIds;

    /// <summary>Whoever comes may have an id; a relay is no border.</summary>
    public override bool TrustsIds(Arrival arrival) => true;

    public override void Describe(ExchangeContext context, EndReason reason, bool considers, ref FlowData record) => record.Facts.SpanId = Flows!.Ids.NextSpan();

    public override void OnRefused(EndReason reason) => meters.Reject(reason);

    private static Upstream Take(ExchangeContext context, RelayTarget target)
    {
        context.State = target;
        context.Record.SetEdge(new EdgeKey { Direction = Direction.Inbound, Destination = target.Name, Protocol = context.Protocol });
        return target.Upstream;
    }
}
