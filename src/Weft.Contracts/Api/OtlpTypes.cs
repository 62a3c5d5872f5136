namespace Weft.Contracts.Api;

/// <summary>One log record that an application or a collector sent.</summary>
public sealed record LogItem
{
    public DateTimeOffset Time { get; init; }
    public string Service { get; init; } = "";

    /// <summary>As the sender calls it, such as "ERROR"; "" when it does not say.</summary>
    public string Severity { get; init; } = "";
    public string Text { get; init; } = "";
    public string? TraceId { get; init; }
    public string? SpanId { get; init; }
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>GET /v1/logs: newest first.</summary>
public sealed record LogList
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "LogList";
    public IReadOnlyList<LogItem> Items { get; init; } = [];
}

/// <summary>The newest value of one metric that an application or a collector sent.</summary>
public sealed record MetricItem
{
    public DateTimeOffset Time { get; init; }
    public string Service { get; init; } = "";
    public required string Name { get; init; }
    public string Unit { get; init; } = "";

    /// <summary>Of a histogram: the sum of what was measured.</summary>
    public double Value { get; init; }

    /// <summary>Of a histogram: how much was measured; null for others.</summary>
    public long? Count { get; init; }
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>GET /v1/metrics: in order of service and name.</summary>
public sealed record MetricList
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "MetricList";
    public IReadOnlyList<MetricItem> Items { get; init; } = [];
}
