using System.Globalization;
using System.Text.Unicode;
using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Proxy.Flows;
using Weft.Proxy.Paths;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Routing.Balancing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Meshing;

/// <summary>
/// Sends what the workload calls: destination → service → route → endpoint. What the mesh does not know goes where the
/// application wanted, untouched.
/// </summary>
internal sealed class OutboundDirector(MeshWorker worker, UpstreamTable upstreams) : Director
{
    private const long TouchMs = 60_000;

    /// <summary>Decisions made again because a service had to be asked for: parent, backends, once more for a change in between.</summary>
    private const int RoundsMax = 4;

    /// <summary>An address of IPv6 in brackets with its port.</summary>
    private const int ClientTextMax = 64;

    private readonly Dictionary<string, ServiceState> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<NetAddress, string> _outside = [];

    /// <summary>Where connections of an arrival without original destination go: the address they came to stands for a service.</summary>
    public Func<Arrival, ExplicitDestination?> Explicit { get; init; } = static _ => null;

    public override async ValueTask<EndReason> DirectAsync(ExchangeContext context)
    {
        context.Record = worker.Meters.Open(Direction.Outbound);
        (DestinationView? destination, ushort port) = await ResolveAsync(context);
        if (destination is null)
        {
            return PassThrough(context);
        }

        EndReason reason = await DecideAsync(context, destination, port);
        if (reason == EndReason.Ok && context.IsConnect && !context.IsOpaque && context.Decision.Port is not { Protocol: Protocol.HttpProxy })
        {
            // It names a destination of its own. A server that is no proxy could take it for an ordinary request and read what follows as further ones.
            reason = EndReason.TunnelUnsupported;
        }

        Classify(context, destination.Service);
        MarkEdge(context, destination.Service, endpoint: null);
        if (reason != EndReason.Ok)
        {
            context.Explanation = $"{EndReasons.Code(reason)} {destination.Service}";
            return reason;
        }

        Prepare(context);
        return EndReason.Ok;
    }

    /// <summary>The template of the path as the caller sent it. Opaque streams have none.</summary>
    private void Classify(ExchangeContext context, string service)
    {
        if (!context.IsOpaque && context.Decision.Service is not null)
        {
            context.Template = StateOf(service).Templates.Of(context.Path(context.Exchange.Head));
        }
    }

    public override Upstream? Next(ExchangeContext context)
    {
        if (context.State is Upstream outside)
        {
            return context.Attempts == context.Sent ? outside : null;
        }

        Decision decision = context.Decision;
        ServiceState state = StateOf(decision.Target!.Name);
        long now = worker.Loop.NowUs;

        // The newest endpoints, even when the exchange was decided by an older snapshot: a retry must not go where nobody is any more.
        ServiceView target = worker.Mesh.Value.TryGetService(decision.Target.Name, out ServiceView? newest) ? newest : decision.Target;
        state.Loads.Align(target, now);
        EndpointLoad? load = Pick(context, state, target, now);
        if (load is null)
        {
            return null;
        }

        context.Load = load;
        context.LastEndpoint = load.Endpoint;
        load.OnStart();
        EndpointView endpoint = load.Endpoint;
        MarkEdge(context, decision.Service!.Name, endpoint);
        if (endpoint.IsMeshed)
        {
            AddressTunnel(context, state, endpoint, decision.Port!.Number);
        }
        else
        {
            context.Exchange.Head.RemoveField(KnownField.Weft);
        }

        return UpstreamOf(decision, endpoint);
    }

    /// <summary>The balancer's choice, unless its proxy has said that it leaves and another endpoint is there. That word comes on the tunnel, control plane or not.</summary>
    private EndpointLoad? Pick(ExchangeContext context, ServiceState state, ServiceView target, long now)
    {
        TriedEndpoints passed = context.Tried;
        EndpointLoad? choice = null;
        while (passed.Count < TriedEndpoints.Capacity
            && state.Loads.Pick(target.Balancing, passed, (ulong)worker.Random.NextInt64(long.MinValue, long.MaxValue), now) is { } load)
        {
            bool leaves = UpstreamOf(context.Decision, load.Endpoint).IsLeaving;
            choice = leaves ? choice ?? load : load;
            if (!leaves)
            {
                break;
            }

            passed.Add(load);
        }

        if (choice is not null)
        {
            context.Tried.Add(choice);
        }

        return choice;
    }

    private Upstream UpstreamOf(in Decision decision, EndpointView endpoint) => endpoint.IsMeshed
        ? upstreams.Tunnel(endpoint, decision.ConnectTimeoutMs)
        : upstreams.Outside(endpoint, decision.Port!, decision.ConnectTimeoutMs);

    public override void OnResponse(ExchangeContext context, MessageHead head)
    {
        if (context.Load is not { Endpoint.IsMeshed: true })
        {
            // Nobody but a proxy may speak for the mesh.
            head.RemoveField(KnownField.Weft);
        }

        context.Decision.EditResponse(head);
    }

    public override TunnelTimes TunnelTimesOf(ExchangeContext context) => new(context.Decision.IdleTimeoutMs, LifeMs: 0);

    public override bool IsUnprocessed(ExchangeContext context, MessageHead response)
        => (response.Status == 503 || context.IsGrpc) && context.Load is { Endpoint.IsMeshed: true }
            && response.TryGetField("x-weft-reason"u8, out ReadOnlySpan<byte> reason)
            && (reason.SequenceEqual("CONNECT_FAILED"u8) || reason.SequenceEqual("DRAINING"u8));

    public override void OnAttempt(ExchangeContext context, EndReason reason)
    {
        EndpointLoad? load = context.Load;
        if (load is null)
        {
            return;
        }

        context.Load = null;
        long now = worker.Loop.NowUs;
        switch (reason)
        {
            case EndReason.Ok when context.Status is not (502 or 503 or 504):
                load.OnEnd(context.AnsweredUs - context.AttemptStartedUs, now);
                break;
            case EndReason.DownstreamClosed or EndReason.DownstreamReset or EndReason.DownstreamProtocolError:
                load.OnAbandoned();
                break;
            default:
                StateOf(context.Decision.Target!.Name).Loads.OnFailure(load, now);
                break;
        }
    }

    public override void OnOutcome(ExchangeContext context, EndReason reason)
        => context.Conclude(reason, this);

    public override bool TrustsIds(Arrival arrival) => true;

    public override void Describe(ExchangeContext context, EndReason reason, bool considers, ref FlowData record)
    {
        ref FlowFacts facts = ref record.Facts;
        string source = worker.Settings.ServiceName;
        facts.SourceWorkload = worker.Settings.WorkloadName;
        facts.SourceZone = worker.Settings.Zone;
        facts.SourceVersion = worker.Version;
        facts.Commit = worker.Mesh.Value.Commit;
        facts.SpanId = RequestTrace.SpanOfHop(facts.TraceId, facts.ParentSpanId, source, context.Decision.Target?.Name ?? facts.Edge.Destination);
        facts.DestinationWorkload = context.LastEndpoint?.Workload;
        if (considers && context.Decision.Target is { } target && _services.TryGetValue(target.Name, out ServiceState? state))
        {
            if (reason == EndReason.NoHealthyEndpoint)
            {
                // Nothing was chosen, so nothing has brought the loads up to what was decided by.
                state.Loads.Align(target, worker.Loop.NowUs);
            }

            DecisionRecord.Write(state.Loads, context.LastEndpoint, context.Tried, context.Decision.Port?.Number ?? 0, worker.Loop.NowUs, ref record);
        }
    }

    public override void OnRefused(EndReason reason) => worker.Meters.Reject(reason);

    public override string ExplainRefusal(ExchangeContext context, EndReason reason)
        => context.Explanation.Length > 0 ? context.Explanation : $"{EndReasons.Code(reason)} {(context.Decision.Target ?? context.Decision.Service)?.Name}";

    /// <summary>What the arrival meant; null for a destination outside the mesh.</summary>
    private async ValueTask<(DestinationView? Destination, ushort Port)> ResolveAsync(ExchangeContext context)
    {
        Arrival arrival = context.Arrival;
        if (Explicit(arrival) is { } named)
        {
            if (!worker.Mesh.Value.TryResolveHost(named.Host, out DestinationView? host)
                && await worker.Questions.ResolveHostAsync(named.Host) == Lookup.Found)
            {
                worker.Mesh.Value.TryResolveHost(named.Host, out host);
            }

            // Without capture there is no "where the application wanted": an unknown name is an unknown service.
            return (host ?? new DestinationView(named.Host, $"{worker.Settings.Namespace}/{named.Host}", null), named.Port);
        }

        NetAddress address = arrival.OriginalDestination;
        if (!worker.Mesh.Value.TryResolveAddress(address, out DestinationView? known)
            && await worker.Questions.ResolveAddressAsync(address) == Lookup.Found)
        {
            worker.Mesh.Value.TryResolveAddress(address, out known);
        }

        return (known, address.Port);
    }

    private async ValueTask<EndReason> DecideAsync(ExchangeContext context, DestinationView destination, ushort port)
    {
        MessageHead? head = context.IsOpaque ? null : context.Exchange.Head;
        head?.RemoveField(KnownField.Weft);
        for (int round = 0; round < RoundsMax; round++)
        {
            MeshSnapshot mesh = worker.Mesh.Value;
            string? missing = destination.Service;
            if (mesh.TryGetService(destination.Service, out ServiceView? service) && service.IsWhole)
            {
                ushort servicePort = ServicePort(service, context.Arrival.OriginalDestination, port);
                Decision decision = Decider.Decide(
                    mesh, new DecisionInput(
                        destination.Service, servicePort, head, (ulong)worker.Random.NextInt64(long.MinValue, long.MaxValue), context.Arrival.ServerName));
                context.Decision = decision;
                missing = decision.MissingService ?? (decision.Target is { IsWhole: false } target ? target.Name : null);
                if (missing is null)
                {
                    Touch(service.Name);
                    return decision.Refusal;
                }
            }

            Lookup answer = await worker.Questions.ServiceAsync(missing);
            if (answer != Lookup.Found)
            {
                return answer == Lookup.Absent ? EndReason.NoService : EndReason.ConfigTimeout;
            }
        }

        return EndReason.ConfigTimeout;
    }

    /// <summary>
    /// The service's number for the port that was dialled. Whoever dials a workload's own address dials its application's port, which
    /// the service may show under another number.
    /// </summary>
    public static ushort ServicePort(ServiceView service, NetAddress address, ushort port)
    {
        if (service.FindPort(port) is not null)
        {
            return port;
        }

        foreach (EndpointView endpoint in service.Endpoints.Endpoints)
        {
            if (endpoint.Address.Equals(address.WithPort(0)))
            {
                foreach (PortView candidate in service.Ports)
                {
                    if (endpoint.TargetPort(candidate.Number) == port)
                    {
                        return candidate.Number;
                    }
                }
            }
        }

        return port;
    }

    private EndReason PassThrough(ExchangeContext context)
    {
        NetAddress address = context.Arrival.OriginalDestination;
        if (address.Family == NetFamily.None)
        {
            context.Explanation = "the connection was not captured, and its address stands for no service";
            return EndReason.NoService;
        }

        if (!_outside.TryGetValue(address, out string? name))
        {
            if (_outside.Count >= Meters.SeriesMax)
            {
                _outside.Clear();
            }

            name = address.ToString();
            _outside.Add(address, name);
        }

        context.State = upstreams.Plain(address, 0);
        MarkEdge(context, name, endpoint: null);
        return EndReason.Ok;
    }

    private static void Prepare(ExchangeContext context)
    {
        Decision decision = context.Decision;
        if (!context.IsOpaque)
        {
            decision.EditRequest(context.Exchange.Head);
        }

        int timeout = decision.RequestTimeoutMs > 0 ? decision.RequestTimeoutMs : decision.BackendTimeoutMs;
        if (timeout > 0)
        {
            context.SetDeadline(timeout, decision.RequestTimeoutMs > 0 ? EndReason.RequestTimeout : EndReason.BackendTimeout);
        }
    }

    /// <summary>Tells the far proxy what is meant. Retries write it anew.</summary>
    private void AddressTunnel(ExchangeContext context, ServiceState state, EndpointView endpoint, ushort port)
    {
        MessageHead head = context.Exchange.Head;
        head.RemoveField(KnownField.Weft);
        TunnelAddress address = state.AddressOf(endpoint, port);
        head.AddField(head.Append("x-weft-target"u8), head.Append(address.Target), KnownField.Weft);
        if (context.IsOpaque)
        {
            head.Authority = head.Append(address.Authority);
            AddClient(context, head);
            return;
        }

        ReadOnlySpan<byte> spoken = context.Exchange.Version == HttpVersion.Http2 ? "http2"u8 : "http1"u8;
        head.AddField(head.Append("x-weft-protocol"u8), head.Append(spoken), KnownField.Weft);
    }

    /// <summary>Tells who the client is, for applications that ask for the PROXY protocol. On loopback it has an address that means nothing elsewhere.</summary>
    private void AddClient(ExchangeContext context, MessageHead head)
    {
        NetAddress client = context.Arrival.Client;
        client = client.IsLoopback ? worker.Settings.Address.WithPort(client.Port) : client;
        Span<byte> text = stackalloc byte[ClientTextMax];
        if (Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{client}", out int length))
        {
            head.AddField(head.Append("x-weft-client"u8), head.Append(text[..length]), KnownField.Weft);
        }
    }

    private void MarkEdge(ExchangeContext context, string destination, EndpointView? endpoint) => context.Record.SetEdge(new EdgeKey
    {
        Direction = Direction.Outbound,
        Source = worker.Settings.ServiceName,
        SourceIdentity = endpoint is { IsMeshed: true } ? worker.OwnIdentity : "",
        Destination = destination,
        DestinationIdentity = endpoint?.Identity ?? "",
        Backend = context.Decision.Backend?.Service is { } backend && backend != destination ? backend : "",
        Route = context.Decision.RouteName,
        Template = context.Template,
        DestinationVersion = endpoint?.Version ?? "",
        DestinationZone = endpoint?.Zone ?? "",
        Protocol = context.Protocol,
        MutualTls = endpoint is { IsMeshed: true },
    });

    private void Touch(string service)
    {
        ServiceState state = StateOf(service);
        if (worker.Loop.NowMs - state.TouchedMs > TouchMs)
        {
            state.TouchedMs = worker.Loop.NowMs;
            _ = worker.Questions.ServiceAsync(service);
        }
    }

    private ServiceState StateOf(string service)
    {
        if (!_services.TryGetValue(service, out ServiceState? state))
        {
            state = new ServiceState(service);
            _services.Add(service, state);
        }

        return state;
    }
}
