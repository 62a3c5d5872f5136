using System.Net;

namespace Weft.Cli.Host;

/// <summary>What a user wants attached to the mesh, before anything is done.</summary>
internal sealed record WorkloadPlan
{
    public required string Namespace { get; init; }
    public required string Service { get; init; }
    public required string Workload { get; init; }
    public IReadOnlyList<WorkloadPort> Ports { get; init; } = [];
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new SortedDictionary<string, string>();

    /// <summary>Services that the application is told about; explicit mode needs them all.</summary>
    public IReadOnlyList<Upstream> Upstreams { get; init; } = [];

    /// <summary>A path for HTTP, "grpc" or "grpc:SERVICE"; null: "grpc" when a port is declared so, else a connect.</summary>
    public string? HealthCheck { get; init; }

    /// <summary>Path of <c>weft-proxy</c>.</summary>
    public required string ProxyProgram { get; init; }

    /// <summary>Discovery address of the control plane as the proxy reaches it.</summary>
    public required string Control { get; init; }

    /// <summary>Rules in a network namespace; otherwise local ports.</summary>
    public bool Transparent { get; init; } = true;

    /// <summary>The workload's address if it must be a certain one.</summary>
    public IPAddress? Address { get; init; }

    public string? UpstreamDns { get; init; }

    /// <summary>Further options of the proxy, as it takes them: "--workers=2".</summary>
    public IReadOnlyList<string> ProxyExtras { get; init; } = [];

    /// <summary>The application (weft run).</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>"{address}" and "{port}" in <see cref="Command"/> stand for where the application shall listen.</summary>
    public bool ExpandsListenAddress { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>();

    /// <summary>Who the application runs as; null: who we are.</summary>
    public string? User { get; init; }

    /// <summary>Where the application's output goes; null: where ours goes.</summary>
    public string? ApplicationLog { get; init; }

    /// <summary>Where the proxy's log goes; null: into the run directory, from which it goes with the workload.</summary>
    public string? ProxyLog { get; init; }

    public string Id => $"{Namespace}-{Workload}";

    public string FullName => $"{Namespace}/{Workload}";

    public ProxyOptions ProxyOptions(IPAddress address, string stateDirectory) => new()
    {
        Control = Control,
        Namespace = Namespace,
        Service = Service,
        Workload = Workload,
        Address = address,
        StateDirectory = stateDirectory,
        Transparent = Transparent,
        Labels = Labels,
        ServicePorts = Ports,
        Upstreams = Transparent ? [] : Upstreams,
        HealthCheck = HealthCheck ?? (Ports.Any(p => p.Protocol == "grpc") ? "grpc" : null),
        UpstreamDns = UpstreamDns,
        Extras = ProxyExtras,
    };
}
