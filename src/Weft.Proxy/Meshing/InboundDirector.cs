using System.Buffers.Text;
using System.Text;
using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Flows;
using Weft.Proxy.Paths;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Weft.Routing.Authorization;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Meshing;

/// <summary>
/// Lets traffic into the workload: who is it, may it, where does the application listen. Serves the tunnel (mutual TLS) and captured
/// plain connections alike; only what proves the peer differs.
/// </summary>
internal sealed class InboundDirector(MeshWorker worker, UpstreamTable upstreams) : Director
{
    private readonly ServedPort[] _ports = [.. worker.Settings.Ports];
    private readonly PathTemplates _templates = new();
    private readonly byte[] _targetPrefix = Encoding.ASCII.GetBytes(worker.Settings.ServiceName + ":");

    /// <summary>Called when the application refused a connection, so that its health is looked at without waiting for the next check.</summary>
    public Action? ApplicationUnreachable { get; init; }

    public override ValueTask<EndReason> DirectAsync(ExchangeContext context)
    {
        context.Record = worker.Meters.Open(Direction.Inbound);
        PeerContext peer = context.Arrival.Peer;
        context.IsFromProxy = peer.IsMutualTls;
        if (context.IsConnect && peer.IsMutualTls && !context.Exchange.Head.TryGetField("x-weft-protocol"u8, out _))
        {
            // A proxy says what its application spoke, except of an opaque stream.
            context.TakeAsOpaque();
        }

        ServedPort? served = peer.IsMutualTls ? ReadTarget(context) : FindByDestination(context.Arrival.OriginalDestination);
        if (!context.IsOpaque)
        {
            context.Template = _templates.Of(context.Path(context.Exchange.Head));
        }

        context.Record.SetEdge(new EdgeKey
        {
            Direction = Direction.Inbound,
            Source = context.Arrival.Service,
            SourceIdentity = peer.Identity ?? "",
            Destination = worker.Settings.ServiceName,
            DestinationIdentity = peer.IsMutualTls ? worker.OwnIdentity : "",
            Template = context.Template,
            DestinationVersion = worker.Version,
            DestinationZone = worker.Settings.Zone,
            Protocol = context.Protocol,
            MutualTls = peer.IsMutualTls,
        });
        if (served is null && (peer.IsMutualTls || context.Arrival.OriginalDestination.Family == NetFamily.None))
        {
            context.Explanation = $"{EndReasons.Code(EndReason.NoPort)} {worker.Settings.ServiceName}";
            return new(EndReason.NoPort);
        }

        if (context.IsConnect && !context.IsOpaque && served is not { Protocol: Protocol.HttpProxy })
        {
            context.Explanation = $"{EndReasons.Code(EndReason.TunnelUnsupported)} {worker.Settings.ServiceName}";
            return new(EndReason.TunnelUnsupported);
        }

        if (context.IsOpaque)
        {
            NameClient(context, served);
        }

        // Whoever sent them: inside the workload nobody shall see or believe them.
        context.Exchange.Head.RemoveField(KnownField.Weft);
        int port = served?.Port ?? context.Arrival.OriginalDestination.Port;
        Verdict verdict = Authorizer.Judge(worker.Mesh.Value.Policy, peer, context.IsOpaque ? null : context.Exchange.Head, port);
        if (!verdict.IsAllowed)
        {
            context.Explanation = $"{EndReasons.Code(verdict.Reason)} {verdict.PolicyName}".TrimEnd();
            context.Policy = verdict.PolicyName ?? "";
            return new(verdict.Reason);
        }

        context.BridgesGrpcWeb = served is { Protocol: Protocol.Grpc };
        context.State = served is null ? upstreams.Plain(context.Arrival.OriginalDestination, 0) : upstreams.Application(served);
        return new(EndReason.Ok);
    }

    /// <summary>There is one application. Only a connection to it that turned out stale is replaced.</summary>
    public override Upstream? Next(ExchangeContext context) => context.Attempts == context.Sent ? (Upstream?)context.State : null;

    /// <summary>Nobody but a proxy may speak for the mesh.</summary>
    public override void OnResponse(ExchangeContext context, MessageHead head) => head.RemoveField(KnownField.Weft);

    public override void OnAttempt(ExchangeContext context, EndReason reason)
    {
        if (reason == EndReason.ConnectFailed)
        {
            ApplicationUnreachable?.Invoke();
        }
    }

    public override void OnOutcome(ExchangeContext context, EndReason reason)
        => context.Conclude(reason, this);

    /// <summary>A proxy of the mesh vouches for the id that it passes on.</summary>
    public override bool TrustsIds(Arrival arrival) => arrival.Identity is not null;

    public override void Describe(ExchangeContext context, EndReason reason, bool considers, ref FlowData record)
    {
        ref FlowFacts facts = ref record.Facts;
        facts.DestinationWorkload = worker.Settings.WorkloadName;
        facts.Commit = worker.Mesh.Value.Commit;
        facts.Policy = context.Policy;
        facts.SpanId = Flows!.Ids.NextSpan();
        if (facts.Edge.Source.Length > 0)
        {
            facts.ParentSpanId = RequestTrace.SpanOfHop(facts.TraceId, facts.ParentSpanId, facts.Edge.Source, worker.Settings.ServiceName);
        }
    }

    public override void OnRefused(EndReason reason) => worker.Meters.Reject(reason);

    public override string ExplainRefusal(ExchangeContext context, EndReason reason)
        => context.Explanation.Length > 0 ? context.Explanation : $"{EndReasons.Code(reason)} {worker.Settings.ServiceName}";

    /// <summary>
    /// Reads and removes what the calling proxy said: "namespace/service:port", the port being the application's, and what the client's application spoke. A target that is not
    /// this workload is refused, so a proxy cannot be used to reach another.
    /// </summary>
    private ServedPort? ReadTarget(ExchangeContext context)
    {
        MessageHead head = context.Exchange.Head;
        int port = 0;
        if (head.TryGetField("x-weft-target"u8, out ReadOnlySpan<byte> target) && target.StartsWith(_targetPrefix))
        {
            ReadOnlySpan<byte> digits = target[_targetPrefix.Length..];
            port = Utf8Parser.TryParse(digits, out ushort number, out int used) && used == digits.Length && digits[0] is >= (byte)'1' and <= (byte)'9'
                ? number
                : 0;
        }

        if (head.TryGetField("x-weft-protocol"u8, out ReadOnlySpan<byte> protocol))
        {
            context.AppVersion = protocol.SequenceEqual("http2"u8) ? HttpVersion.Http2 : HttpVersion.Http11;
        }

        return FindTarget(port);
    }

    /// <summary>Who the client of an opaque stream is, for the application that asks for the PROXY protocol: on the tunnel as the calling proxy says.</summary>
    private void NameClient(ExchangeContext context, ServedPort? served)
    {
        if (worker.Settings.AppProxyProtocol == ProxyVersion.None)
        {
            return;
        }

        Arrival arrival = context.Arrival;
        if (!arrival.Peer.IsMutualTls)
        {
            context.SpeaksFor(arrival.Client, arrival.Local.Family == NetFamily.None ? arrival.OriginalDestination : arrival.Local);
        }
        else if (context.Exchange.Head.TryGetField("x-weft-client"u8, out ReadOnlySpan<byte> text) && NetAddress.TryParse(Encoding.ASCII.GetString(text), out NetAddress client))
        {
            NetAddress own = worker.Settings.Address.Family == client.Family ? worker.Settings.Address
                : client.Family == NetFamily.V6 ? NetAddress.V6(0, 0)
                : NetAddress.V4(0, 0);
            context.SpeaksFor(client, own.WithPort(served?.Port ?? 0));
        }
    }

    private ServedPort? FindPort(int port)
    {
        foreach (ServedPort served in _ports)
        {
            if (served.Port == port)
            {
                return served;
            }
        }

        return null;
    }

    /// <summary>By the port that the application listens on.</summary>
    private ServedPort? FindTarget(int port)
    {
        foreach (ServedPort served in _ports)
        {
            if (served.TargetPort == port)
            {
                return served;
            }
        }

        return null;
    }

    private ServedPort? FindByDestination(NetAddress destination) => FindTarget(destination.Port) ?? FindPort(destination.Port);
}
