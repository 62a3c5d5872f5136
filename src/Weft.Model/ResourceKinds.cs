namespace Weft.Model;

/// <summary>How each kind is written, in documents and on the command line.</summary>
public static class ResourceKinds
{
    private static readonly Names[] s_names =
    [
        new("v1", "Service", ["service", "services", "svc"]),
        new("gateway.networking.k8s.io/v1", "HTTPRoute", ["httproute", "httproutes"]),
        new("gateway.networking.k8s.io/v1", "GRPCRoute", ["grpcroute", "grpcroutes"]),
        new("gateway.networking.k8s.io/v1", "TLSRoute", ["tlsroute", "tlsroutes"]),
        new("weft.mesh/v1", "TrafficPolicy", ["trafficpolicy", "trafficpolicies", "tp"]),
        new("weft.mesh/v1", "AuthorizationPolicy", ["authorizationpolicy", "authorizationpolicies", "authz"]),
        new("weft.mesh/v1", "NamespacePolicy", ["namespacepolicy", "namespacepolicies", "nsp"]),
        new("weft.mesh/v1", "WorkloadPolicy", ["workloadpolicy", "workloadpolicies", "wp"]),
        new("weft.mesh/v1", "Telemetry", ["telemetry", "telemetries", "tel"]),
        new("weft.mesh/v1", "Workload", ["workload", "workloads", "wl"]),
    ];

    /// <summary>Every kind, in the order in which lists show them.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } = Enum.GetValues<ResourceKind>();

    /// <summary>"HTTPRoute", as a document writes it.</summary>
    public static string KindName(this ResourceKind kind) => s_names[(int)kind].Kind;

    /// <summary>"gateway.networking.k8s.io/v1", as a document writes it.</summary>
    public static string ApiVersion(this ResourceKind kind) => s_names[(int)kind].ApiVersion;

    /// <summary>Finds a kind by its exact name in documents.</summary>
    public static bool TryFromDocument(string kindName, out ResourceKind kind)
    {
        kind = (ResourceKind)Array.FindIndex(s_names, names => names.Kind == kindName);
        return kind >= 0;
    }

    /// <summary>Finds a kind by what a person types: kind name, plural or short form, in any letter case.</summary>
    public static bool TryFromWord(string word, out ResourceKind kind)
    {
        kind = (ResourceKind)Array.FindIndex(s_names, names => names.Words.Contains(word, StringComparer.OrdinalIgnoreCase));
        return kind >= 0;
    }

    /// <summary>Every word that <see cref="TryFromWord"/> understands.</summary>
    public static IEnumerable<string> Words => s_names.SelectMany(names => names.Words);

    private sealed record Names(string ApiVersion, string Kind, string[] Words);
}
