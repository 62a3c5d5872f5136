namespace Weft.Contracts.Session;

/// <summary>Names and fixed values of the labels of <see cref="MetricNames"/>. A label without a value is left out by Prometheus; it then means "empty".</summary>
public static class MetricLabels
{
    /// <summary>"outbound" as the caller's proxy saw it, "inbound" as the callee's did.</summary>
    public const string Direction = "direction";

    /// <summary>The calling service, "namespace/name"; empty when it is not in the mesh.</summary>
    public const string Source = "source";

    /// <summary>SPIFFE ID.</summary>
    public const string SourceIdentity = "source_identity";

    /// <summary>The service that was called, "namespace/name", or "address:port" outside the mesh.</summary>
    public const string Destination = "destination";

    /// <summary>SPIFFE ID.</summary>
    public const string DestinationIdentity = "destination_identity";

    /// <summary>The service that a route chose; empty when it is the destination.</summary>
    public const string Backend = "backend";

    public const string Route = "route";

    /// <summary>Form of the path.</summary>
    public const string Template = "template";

    public const string DestinationVersion = "destination_version";

    public const string DestinationZone = "destination_zone";

    public const string Protocol = "protocol";

    /// <summary>"1xx" to "5xx"; "none" for exchanges without a status.</summary>
    public const string StatusClass = "status_class";

    /// <summary>Code of the reason for which the exchange ended; "OK" for an ordinary end.</summary>
    public const string Reason = "reason";

    /// <summary>"true" or "false".</summary>
    public const string MutualTls = "mtls";

    /// <summary>"true" or "false".</summary>
    public const string Success = "success";

    /// <summary>One of <see cref="Parts"/>.</summary>
    public const string Part = "part";

    /// <summary>Upper bound of a bucket in seconds, or "+Inf".</summary>
    public const string UpperBound = "le";

    /// <summary>"namespace/name" of the workload beside the proxy.</summary>
    public const string Workload = "workload";

    /// <summary>The workload's label "version".</summary>
    public const string Version = "version";

    public const string Zone = "zone";

    public const string Outbound = "outbound";

    public const string Inbound = "inbound";

    public const string True = "true";

    public const string False = "false";

    /// <summary>Values of <see cref="Part"/>, in the order in which the flow record explains them.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["client_rtt", "server_rtt", "application", "transfer", "queue", "connect"];

    /// <summary>How <see cref="StatusClass"/> writes a class.</summary>
    public static string ClassName(int statusClass) => statusClass is >= 1 and <= 5 ? Classes[statusClass] : Classes[0];

    /// <summary>The class, 1 to 5, of a text of <see cref="StatusClass"/>; 0 for "none" and for what is not known.</summary>
    public static int ClassOf(string text) => Math.Max(0, Array.IndexOf(Classes, text));

    private static readonly string[] Classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];
}
