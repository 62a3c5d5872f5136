using Weft.Primitives.Net;
using Weft.Proxy.Flows;
using Weft.Proxy.Listening;
using Weft.Proxy.Paths;
using Weft.Proxy.Upstreams;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Relaying;

/// <summary>The options of <c>weft-proxy relay</c>. They are a contract: names and meanings do not change.</summary>
internal sealed record RelaySettings
{
    public required NetAddress Listen { get; init; }

    public required IReadOnlyList<UpstreamPlace> To { get; init; }

    /// <summary>Access log and sampling.</summary>
    public FlowOptions Flows { get; init; } = FlowOptions.None;

    /// <summary>Requests without an x-request-id get one.</summary>
    public bool RequestIds { get; init; }

    public string? ListenCert { get; init; }

    public string? ListenKey { get; init; }

    public string? ListenTrust { get; init; }

    public string? ToCert { get; init; }

    public string? ToKey { get; init; }

    public string? ToTrust { get; init; }

    public string? ToSan { get; init; }

    public ListenProtocol ListenProtocol { get; init; }

    public UpstreamProtocol ToProtocol { get; init; }

    /// <summary>The upstreams are forward proxies.</summary>
    public bool ToForwardProxy { get; init; }

    /// <summary>gRPC-Web is turned into gRPC for the upstream.</summary>
    public bool GrpcWeb { get; init; }

    /// <summary>Clients must begin with a PROXY protocol header.</summary>
    public bool ListenProxyProtocol { get; init; }

    /// <summary>The PROXY protocol header that upstreams get.</summary>
    public ProxyVersion ToProxyProtocol { get; init; }

    /// <summary>Where TLS that asks for a name goes, untouched; names in lower case, "*." in front for all below one.</summary>
    public IReadOnlyList<(string Name, UpstreamPlace Place)> ToSni { get; init; } = [];

    /// <summary>How long tunnels may rest and last.</summary>
    public TunnelTimes Times { get; init; } = TunnelTimes.Default;

    /// <summary>How upstreams are checked, if they are.</summary>
    public CheckOptions Check { get; init; } = CheckOptions.None;

    public int Workers { get; init; } = 1;

    /// <summary>What the process may have in RAM, in MiB; 0: the limit of its control group.</summary>
    public long MemoryLimitMb { get; init; }

    public NetAddress Metrics { get; init; }

    /// <summary>From SIGTERM to a hard end.</summary>
    public int DrainMs { get; init; } = 30_000;

    /// <summary>From a handover to the hard end of the old process.</summary>
    public int DrainDeadlineMs { get; init; } = 3_600_000;

    /// <summary>For a successor to become ready.</summary>
    public int UpgradeMs { get; init; } = 30_000;
}
