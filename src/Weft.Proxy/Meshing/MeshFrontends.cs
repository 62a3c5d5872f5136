using Weft.Contracts.Mesh;
using Weft.Identity;
using Weft.Primitives.Net;
using Weft.Proxy.Discovery;
using Weft.Proxy.Listening;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Routing;
using Weft.Routing.Authorization;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Meshing;

/// <summary>The front ends of one worker: captured outbound, captured inbound plain, tunnel, and explicit local ports.</summary>
internal sealed class MeshFrontends
{
    private readonly MeshWorker _worker;
    private readonly UpstreamTable _upstreams;
    private readonly string _trustDomain;
    private readonly Refusals _refusals;

    public MeshFrontends(MeshWorker worker, Refusals refusals, Action? applicationUnreachable = null)
    {
        _worker = worker;
        _upstreams = new UpstreamTable(worker);
        _refusals = refusals;
        _trustDomain = SpiffeId.Parse(worker.OwnIdentity).TrustDomain;
        OutboundDirector outbound = new(worker, _upstreams) { Sheds = Sheds, Flows = worker.Flows };
        InboundDirector inbound = new(worker, _upstreams) { Sheds = Sheds, Flows = worker.Flows, ApplicationUnreachable = applicationUnreachable };
        Outbound = new Frontend(
            worker.Loop,
            new FrontendSettings
            {
                ReadsOriginalDestination = true,
                Admit = AdmitOutboundAsync,
                Refuses = arrival => IsLoop(arrival) ? EndReason.LoopDetected : EndReason.Ok,
                MayDialFirst = HasNoRoutes,
                ServerNamesOf = arrival => _worker.Mesh.Value.TryResolveAddress(arrival.OriginalDestination, out DestinationView? known)
                    ? ServerNames(known.Service, arrival.OriginalDestination, arrival.OriginalDestination.Port)
                    : null,
                MakeHandler = arrival => new ExchangePath(outbound, arrival),
                Limits = worker.Limits,
            },
            Drain,
            _worker.Meters,
            _refusals);
        Inbound = new Frontend(
            worker.Loop,
            new FrontendSettings
            {
                ReadsOriginalDestination = true,
                Admit = arrival => new(Listen(ServedProtocol(arrival.OriginalDestination.Port))),
                Refuses = RefusesPlain,
                TakesProxyHeader = worker.Settings.ProxyProtocolFrom.Count == 0 ? null : SendsProxyHeader,
                MayDialFirst = MayEnterOpaque,
                MakeHandler = arrival => new ExchangePath(inbound, arrival),
                Limits = worker.Limits,
            },
            Drain,
            _worker.Meters,
            _refusals);
        Tunnel = new Frontend(
            worker.Loop,
            new FrontendSettings
            {
                Tls = () => worker.Svid.Server,
                VerifyPeer = IsOfMesh,
                Admit = static _ => new(ListenProtocol.Http2),
                MakeHandler = arrival => new ExchangePath(inbound, arrival),
                Limits = worker.Limits,
            },
            Drain,
            _worker.Meters,
            _refusals);
    }

    public ServerDrain Drain { get; } = new();

    public Frontend Outbound { get; }

    public Frontend Inbound { get; }

    public Frontend Tunnel { get; }

    /// <summary>The front end of one explicit local port: everything that comes there means one destination.</summary>
    public Frontend Explicit(ExplicitDestination destination, ListenProtocol protocol)
    {
        OutboundDirector director = new(_worker, _upstreams) { Sheds = Sheds, Flows = _worker.Flows, Explicit = _ => destination };
        return new Frontend(
            _worker.Loop,
            new FrontendSettings
            {
                MayDialFirst = _ => _worker.Mesh.Value.TryResolveHost(destination.Host, out DestinationView? known)
                    && HasNoRoutes(known.Service, default, destination.Port),
                ServerNamesOf = _ => _worker.Mesh.Value.TryResolveHost(destination.Host, out DestinationView? known) ? ServerNames(known.Service, default, destination.Port) : null,
                Admit = async arrival => protocol != ListenProtocol.Auto ? protocol : await ProtocolOfHostAsync(destination),
                MakeHandler = arrival => new ExchangePath(director, arrival),
                Limits = _worker.Limits,
            },
            Drain,
            _worker.Meters,
            _refusals);
    }

    private bool SendsProxyHeader(NetAddress client)
    {
        foreach (AddressBlock block in _worker.Settings.ProxyProtocolFrom)
        {
            if (block.Contains(client))
            {
                return true;
            }
        }

        return false;
    }

    private bool Sheds() => Drain.IsShedding;

    public void DrainUpstreams() => _upstreams.Drain();

    /// <summary>What is declared is what the application speaks. Callers of one that speaks HTTP/2 may speak either version.</summary>
    private static ListenProtocol Listen(Protocol declared) => declared switch
    {
        Protocol.Http1 => ListenProtocol.Http1,
        Protocol.Http2 or Protocol.Grpc or Protocol.HttpProxy => ListenProtocol.Http,
        Protocol.Tcp => ListenProtocol.Opaque,
        _ => ListenProtocol.Auto,
    };

    /// <summary>A declared port never waits for first bytes; what the mesh does not know is opaque.</summary>
    private async ValueTask<ListenProtocol> AdmitOutboundAsync(Arrival arrival)
    {
        NetAddress address = arrival.OriginalDestination;
        if (!_worker.Mesh.Value.TryResolveAddress(address, out DestinationView? destination))
        {
            if (await _worker.Questions.ResolveAddressAsync(address) != Lookup.Found
                || !_worker.Mesh.Value.TryResolveAddress(address, out destination))
            {
                return ListenProtocol.Opaque;
            }
        }

        return await ProtocolOfServiceAsync(destination.Service, address);
    }

    private async ValueTask<ListenProtocol> ProtocolOfHostAsync(ExplicitDestination destination)
    {
        if (!_worker.Mesh.Value.TryResolveHost(destination.Host, out DestinationView? known))
        {
            await _worker.Questions.ResolveHostAsync(destination.Host);
            if (!_worker.Mesh.Value.TryResolveHost(destination.Host, out known))
            {
                return ListenProtocol.Auto;
            }
        }

        return await ProtocolOfServiceAsync(known.Service, default(NetAddress).WithPort(destination.Port));
    }

    private async ValueTask<ListenProtocol> ProtocolOfServiceAsync(string name, NetAddress address)
    {
        if (!_worker.Mesh.Value.TryGetService(name, out ServiceView? service))
        {
            await _worker.Questions.ServiceAsync(name);
            if (!_worker.Mesh.Value.TryGetService(name, out service))
            {
                return ListenProtocol.Auto;
            }
        }

        ushort port = OutboundDirector.ServicePort(service, address, address.Port);
        return Listen(service.FindPort(port)?.Protocol ?? Protocol.Auto);
    }

    private bool HasNoRoutes(Arrival arrival)
        => _worker.Mesh.Value.TryResolveAddress(arrival.OriginalDestination, out DestinationView? destination)
            && HasNoRoutes(destination.Service, arrival.OriginalDestination, arrival.OriginalDestination.Port);

    /// <summary>The judge of server names where routes for TLS hang on the port; null where none do.</summary>
    private Func<string, bool>? ServerNames(string name, NetAddress address, ushort port)
    {
        if (!_worker.Mesh.Value.TryGetService(name, out ServiceView? service))
        {
            return null;
        }

        ushort number = OutboundDirector.ServicePort(service, address, port);
        return service.Routes.HasTlsRulesFor(number) ? serverName => service.Routes.MatchTls(serverName, number) is not null : null;
    }

    /// <summary>Whether nothing about HTTP or TLS is configured for the port: only then may a silent client be taken for one of plain TCP.</summary>
    private bool HasNoRoutes(string name, NetAddress address, ushort port)
        => _worker.Mesh.Value.TryGetService(name, out ServiceView? service) && service.IsWhole
            && OutboundDirector.ServicePort(service, address, port) is var number && !service.Routes.HasRulesFor(number) && !service.Routes.HasTlsRulesFor(number);

    /// <summary>Whether policy lets the peer in without looking at a request.</summary>
    private bool MayEnterOpaque(Arrival arrival)
        => Authorizer.Judge(_worker.Mesh.Value.Policy, arrival.Peer, head: null, FindServed(arrival.OriginalDestination.Port)?.Port ?? arrival.OriginalDestination.Port).IsAllowed;

    private Protocol ServedProtocol(ushort port) => FindServed(port)?.Protocol ?? Protocol.Tcp;

    private ServedPort? FindServed(ushort port)
    {
        foreach (ServedPort served in _worker.Settings.Ports)
        {
            if (served.TargetPort == port || served.Port == port)
            {
                return served;
            }
        }

        return null;
    }

    /// <summary>Nobody was redirected here, or the proxy's own listener was dialled: passing it on would come back for ever.</summary>
    private bool IsLoop(Arrival arrival)
    {
        NetAddress destination = arrival.OriginalDestination;
        return destination.Family == NetFamily.None
            || destination.Port == (_worker.Settings.Outbound?.Port ?? 0)
            || destination.Port == (_worker.Settings.Inbound?.Port ?? 0);
    }

    private EndReason RefusesPlain(Arrival arrival) => IsLoop(arrival)
        ? EndReason.LoopDetected
        : _worker.Mesh.Value.Policy switch
        {
            null => EndReason.NoPolicy,
            { TlsMode: TlsMode.Strict } => EndReason.PlaintextRefused,
            _ => EndReason.Ok,
        };

    private bool IsOfMesh(PeerNames names)
        => SpiffeId.TryParse(names.SpiffeId, out SpiffeId? id) && id.IsWorkload && string.Equals(id.TrustDomain, _trustDomain, StringComparison.Ordinal);
}
