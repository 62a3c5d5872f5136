using Weft.Primitives.Net;
using Weft.Proxy.Flows;
using Weft.Proxy.Listening;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy;

/// <summary>What <c>weft-proxy run</c> was told: the one description of this proxy and its workload.</summary>
internal sealed record RunSettings
{
    /// <summary>Mark of the proxy's own sockets, which the capture rules let pass.</summary>
    public const uint DefaultMark = 0x77656674;

    /// <summary>Discovery, session and signing address of the control plane.</summary>
    public required NetAddress Control { get; init; }

    public required string Namespace { get; init; }

    public required string Service { get; init; }

    public required string Workload { get; init; }

    /// <summary>Where other proxies reach this one; port 0.</summary>
    public required NetAddress Address { get; init; }

    public required string StateDirectory { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<ServedPort> Ports { get; init; } = [];

    /// <summary>Connections are redirected here by the kernel; otherwise applications call <see cref="Destinations"/>.</summary>
    public bool Transparent { get; init; } = true;

    public NetAddress? Outbound { get; init; }

    public NetAddress? Inbound { get; init; }

    public required NetAddress Tunnel { get; init; }

    public NetAddress? Dns { get; init; }

    public required NetAddress Admin { get; init; }

    public IReadOnlyList<ExplicitDestination> Destinations { get; init; } = [];

    /// <summary>The one-time join token comes as one line on standard input.</summary>
    public bool JoinTokenOnStdin { get; init; }

    /// <summary>SO_MARK of the proxy's own sockets; 0 sets none (it needs CAP_NET_ADMIN).</summary>
    public uint Mark { get; init; }

    /// <summary>Resolver for names outside the mesh; null: NXDOMAIN.</summary>
    public NetAddress? UpstreamDns { get; init; }

    /// <summary>Plain connections from there (a load balancer) must begin with a PROXY protocol header.</summary>
    public IReadOnlyList<AddressBlock> ProxyProtocolFrom { get; init; } = [];

    /// <summary>The PROXY protocol header that the application's ports declared as TCP get.</summary>
    public ProxyVersion AppProxyProtocol { get; init; }

    public string Zone { get; init; } = "";

    public int Workers { get; init; } = 1;

    /// <summary>What the process may have in RAM, in MiB; 0: the limit of its control group.</summary>
    public long MemoryLimitMb { get; init; }

    public HealthCheckKind HealthCheck { get; init; }

    /// <summary>Path for HTTP, service name for gRPC.</summary>
    public string HealthPath { get; init; } = "";

    public int DrainTimeoutMs { get; init; } = 30_000;

    /// <summary>From a handover to the hard end of the old process.</summary>
    public int DrainDeadlineMs { get; init; } = 3_600_000;

    /// <summary>For a successor to become ready.</summary>
    public int UpgradeMs { get; init; } = 30_000;

    /// <summary>Access log and sampling.</summary>
    public FlowOptions Flows { get; init; } = FlowOptions.None;

    /// <summary>"namespace/service".</summary>
    public string ServiceName => Namespace + "/" + Service;

    /// <summary>"namespace/workload".</summary>
    public string WorkloadName => Namespace + "/" + Workload;
}
