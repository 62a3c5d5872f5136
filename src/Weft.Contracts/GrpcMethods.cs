namespace Weft.Contracts;

/// <summary>Full method paths, as they stand in :path.</summary>
public static class GrpcMethods
{
    public const string StreamAggregatedResources = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
    public const string DeltaAggregatedResources = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
    public const string Sign = "/weft.session.v1.Signing/Sign";
    public const string Connect = "/weft.session.v1.Session/Connect";
    public const string ExportTraces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    public const string ExportMetrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    public const string ExportLogs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
}
