using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weft.Cli.Host;

/// <summary>What Weft did for one workload on this machine, kept as one file while it lasts: enough to undo it after a crash.</summary>
internal sealed record WorkloadRecord
{
    public const string Run = "run";
    public const string Enroll = "enroll";

    public const string Starting = "starting";
    public const string Ready = "ready";
    public const string Leaving = "leaving";

    public int Version { get; init; } = 1;

    public required string Namespace { get; init; }
    public required string Workload { get; init; }
    public required string Service { get; init; }

    /// <summary>"run": we started the application. "enroll": it is not ours and is never ended.</summary>
    public required string Kind { get; init; }

    public bool Transparent { get; init; } = true;
    public string Address { get; init; } = "";

    /// <summary>File of the network namespace; null: the one of the host.</summary>
    public string? NamespacePath { get; init; }

    /// <summary>The name under <c>ip netns</c> that is ours to remove; null: none is.</summary>
    public string? OwnNamespaceName { get; init; }

    /// <summary>The nftables table, when traffic is captured.</summary>
    public string? Table { get; init; }

    public string? Cgroup { get; init; }

    /// <summary>A route that we added inside, in the words of <c>ip route</c>, because the namespace had none for virtual addresses.</summary>
    public string? AddedRoute { get; init; }

    /// <summary>The same for IPv6.</summary>
    public string? AddedRouteV6 { get; init; }

    /// <summary>How the proxy is started, so that whoever keeps it can start it again.</summary>
    public string ProxyProgram { get; init; } = "";

    public IReadOnlyList<string> ProxyArguments { get; init; } = [];

    /// <summary>Ports on 127.0.0.1 that were chosen for this workload (explicit mode).</summary>
    public IReadOnlyList<int> LocalPorts { get; init; } = [];

    public CaptureScope Scope { get; init; } = CaptureScope.WholeNamespace;
    public ProxyPorts Ports { get; init; } = ProxyPorts.Default;

    /// <summary>The process that restarts the proxy and cleans up: <c>weft run</c> itself, or a keeper in the background.</summary>
    public ProcessIdentity? Keeper { get; init; }

    public ProcessIdentity? Proxy { get; init; }
    public ProcessIdentity? Application { get; init; }

    /// <summary>"starting", "ready" or "leaving".</summary>
    public string Phase { get; init; } = Starting;

    [JsonIgnore]
    public string Id => $"{Namespace}-{Workload}";

    [JsonIgnore]
    public string FullName => $"{Namespace}/{Workload}";

    [JsonIgnore]
    public NetworkNamespace Network => new(NamespacePath);

    [JsonIgnore]
    public CaptureRules? Rules => Table is null ? null : new CaptureRules { Table = Table, Ports = Ports, Scope = Scope };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(WorkloadRecord))]
internal sealed partial class HostJson : JsonSerializerContext;
