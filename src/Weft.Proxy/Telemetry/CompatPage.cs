using System.Globalization;
using Weft.Contracts.Session;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Writes the families of other meshes from the folded series. Cells know classes of status and no single ones, so a code is its class ("5xx"), which the boards'
/// patterns ("5.*") match.
/// </summary>
internal static class CompatPage
{
    public static void Write(PrometheusText text, CompatFamilies families, IReadOnlyList<FoldedSeries> all, WorkloadMark workload, string version)
    {
        List<FoldedSeries> used = [.. all.Where(static series => series.Count > 0)];
        if (families.HasFlag(CompatFamilies.Istio))
        {
            WriteIstio(text, used, workload, version);
        }

        if (families.HasFlag(CompatFamilies.Linkerd))
        {
            WriteLinkerd(text, used, workload);
        }

        if (families.HasFlag(CompatFamilies.Envoy))
        {
            WriteEnvoy(text, used);
        }
    }

    private static void WriteIstio(PrometheusText text, List<FoldedSeries> all, WorkloadMark workload, string version)
    {
        List<FoldedSeries> requests = [.. all.Where(static series => !IsTcp(series))];
        List<FoldedSeries> streams = [.. all.Where(IsTcp)];
        Label[] Labels(FoldedSeries series) => IstioLabels(series, workload);
        Counter(text, "istio_requests_total", "Requests that ended.", requests, Labels, static series => series.Count);
        Histogram(text, "istio_request_duration_milliseconds", "Time until the head of the answer.", requests, Labels, 1e3m);
        Counter(text, "istio_request_messages_total", "gRPC messages towards the destination.", [.. requests.Where(IsGrpc)], Labels, static series => series.Tally[TallyKind.MessagesSent]);
        Counter(text, "istio_response_messages_total", "gRPC messages from the destination.", [.. requests.Where(IsGrpc)], Labels, static series => series.Tally[TallyKind.MessagesReceived]);
        Counter(text, "istio_tcp_sent_bytes_total", "Bytes from the destination.", streams, Labels, static series => series.BytesReceived);
        Counter(text, "istio_tcp_received_bytes_total", "Bytes towards the destination.", streams, Labels, static series => series.BytesSent);
        Counter(text, "istio_tcp_connections_opened_total", "Connections that were opened.", streams, Labels, static series => series.Count + Math.Max(0, series.Active));
        Counter(text, "istio_tcp_connections_closed_total", "Connections that were closed.", streams, Labels, static series => series.Count);
        text.Family("istio_build", "gauge", "Version of the proxy; always 1.").Sample("istio_build", [new("component", "proxy"), new("tag", version)], 1);
    }

    private static Label[] IstioLabels(FoldedSeries series, WorkloadMark workload)
    {
        EdgeKey edge = series.Edge;
        bool isOutbound = edge.Direction == Direction.Outbound;
        string destination = edge.Backend.Length > 0 ? edge.Backend : edge.Destination;
        string sourceWorkload = isOutbound ? workload.Workload ?? "" : edge.Source;
        string destinationWorkload = isOutbound ? destination : workload.Workload ?? "";
        return
        [
            new("reporter", isOutbound ? "source" : "destination"),
            new("source_workload", NameOf(sourceWorkload)),
            new("source_workload_namespace", NamespaceOf(sourceWorkload)),
            new("source_principal", Principal(edge.SourceIdentity)),
            new("source_app", NameOf(edge.Source)),
            new("source_version", (isOutbound ? workload.Version : null) ?? "unknown"),
            new("source_canonical_service", NameOf(edge.Source)),
            new("source_canonical_revision", (isOutbound ? workload.Version : null) is { Length: > 0 } own ? own : "latest"),
            new("source_cluster", "weft"),
            new("destination_workload", NameOf(destinationWorkload)),
            new("destination_workload_namespace", NamespaceOf(destinationWorkload)),
            new("destination_principal", Principal(edge.DestinationIdentity)),
            new("destination_app", NameOf(destination)),
            new("destination_version", edge.DestinationVersion.Length > 0 ? edge.DestinationVersion : "unknown"),
            new("destination_service", destination.Contains('/', StringComparison.Ordinal) ? $"{NameOf(destination)}.{NamespaceOf(destination)}" : destination),
            new("destination_service_name", NameOf(destination)),
            new("destination_service_namespace", NamespaceOf(destination)),
            new("destination_canonical_service", NameOf(destination)),
            new("destination_canonical_revision", edge.DestinationVersion.Length > 0 ? edge.DestinationVersion : "latest"),
            new("destination_cluster", "weft"),
            new("request_protocol", edge.Protocol switch { ExchangeProtocol.Tcp => "tcp", ExchangeProtocol.Grpc => "grpc", _ => "http" }),
            new("response_code", Code(series)),
            new("grpc_response_status", ""),
            new("response_flags", EnvoyFlags.Of(series.Key.Reason) is { Length: > 0 } flags ? flags : "-"),
            new("connection_security_policy", isOutbound ? "unknown" : edge.MutualTls ? "mutual_tls" : "none"),
            new("route", edge.Route),
            new("template", edge.Template),
            new("success", series.Key.Success ? "true" : "false"),
        ];
    }

    private static void WriteLinkerd(PrometheusText text, List<FoldedSeries> all, WorkloadMark workload)
    {
        List<FoldedSeries> requests = [.. all.Where(static series => !IsTcp(series))];
        List<FoldedSeries> streams = [.. all.Where(IsTcp)];
        Label[] Shared(FoldedSeries series) => LinkerdLabels(series, workload);
        Label[] Response(FoldedSeries series) =>
        [
            .. Shared(series),
            new("classification", series.Key.Success ? "success" : "failure"),
            new("status_code", Code(series)),
            new("error", series.Key.Reason == EndReason.Ok ? "" : EndReasons.Code(series.Key.Reason)),
        ];
        Counter(text, "request_total", "Requests that ended.", requests, Shared, static series => series.Count);
        Counter(text, "response_total", "Answers that ended.", requests, Response, static series => series.Count);
        Histogram(text, "response_latency_ms", "Time until the head of the answer.", requests, Response, 1e3m);
        Counter(text, "tcp_open_total", "Connections that were opened.", streams, Shared, static series => series.Count + Math.Max(0, series.Active));
        Counter(text, "tcp_close_total", "Connections that were closed.", streams, Response, static series => series.Count);
        Counter(text, "tcp_read_bytes_total", "Bytes from the destination.", streams, Shared, static series => series.BytesReceived);
        Counter(text, "tcp_write_bytes_total", "Bytes towards the destination.", streams, Shared, static series => series.BytesSent);
        Samples(text, "tcp_open_connections", "gauge", "Connections that are open.", streams, Shared, static series => Math.Max(0, series.Active));
    }

    private static Label[] LinkerdLabels(FoldedSeries series, WorkloadMark workload)
    {
        EdgeKey edge = series.Edge;
        string destination = edge.Backend.Length > 0 ? edge.Backend : edge.Destination;
        return
        [
            new("direction", SeriesNames.Of(edge.Direction)),
            new("namespace", NamespaceOf(workload.Workload ?? "")),
            new("deployment", NameOf(workload.Workload ?? "")),
            new("authority", edge.Destination),
            new("dst_namespace", NamespaceOf(destination)),
            new("dst_service", NameOf(destination)),
            new("dst_deployment", NameOf(destination)),
            new("client_id", edge.Direction == Direction.Inbound ? edge.SourceIdentity : ""),
            new("server_id", edge.Direction == Direction.Outbound ? edge.DestinationIdentity : ""),
            new("rt_route", edge.Route.Length > 0 ? edge.Route : edge.Template),
            new("tls", edge.MutualTls ? "true" : "no_identity"),
        ];
    }

    private static void WriteEnvoy(PrometheusText text, List<FoldedSeries> all)
    {
        List<FoldedSeries> outbound = [.. all.Where(static series => series.Edge.Direction == Direction.Outbound)];
        List<FoldedSeries> inbound = [.. all.Where(static series => series.Edge.Direction == Direction.Inbound)];
        static Label[] Cluster(FoldedSeries series) => [new("envoy_cluster_name", series.Edge.Backend.Length > 0 ? series.Edge.Backend : series.Edge.Destination)];
        static Label[] ClusterClass(FoldedSeries series) => [.. Cluster(series), new("envoy_response_code_class", $"{series.Key.StatusClass}")];
        static Label[] Listener(FoldedSeries series) => [new("envoy_http_conn_manager_prefix", SeriesNames.Of(series.Edge.Direction))];
        static Label[] ListenerClass(FoldedSeries series) => [.. Listener(series), new("envoy_response_code_class", $"{series.Key.StatusClass}")];
        Counter(text, "envoy_cluster_upstream_rq_total", "Requests to the cluster.", outbound, Cluster, static series => series.Count);
        Samples(text, "envoy_cluster_upstream_rq_xx", PrometheusText.Untyped, "Answers of the cluster by class.", [.. outbound.Where(static series => series.Key.StatusClass > 0)], ClusterClass, static series => series.Count);
        Histogram(text, "envoy_cluster_upstream_rq_time", "Time until the head of the answer, in milliseconds.", outbound, Cluster, 1e3m);
        Samples(text, "envoy_cluster_upstream_rq_retry", PrometheusText.Untyped, "Attempts beyond the first.", outbound, Cluster, static series => series.Tally[TallyKind.Retries]);
        Samples(text, "envoy_cluster_upstream_rq_timeout", PrometheusText.Untyped, "Requests that took too long.", [.. outbound.Where(static series => series.Key.Reason is EndReason.RequestTimeout or EndReason.BackendTimeout)], Cluster, static series => series.Count);
        Samples(text, "envoy_cluster_upstream_cx_connect_fail", PrometheusText.Untyped, "Connections that could not be made.", [.. outbound.Where(static series => series.Key.Reason is EndReason.ConnectFailed or EndReason.ConnectTimeout)], Cluster, static series => series.Count);
        Samples(text, "envoy_cluster_upstream_rq_active", "gauge", "Requests that have not ended.", outbound, Cluster, static series => Math.Max(0, series.Active));
        Counter(text, "envoy_http_downstream_rq_total", "Requests of clients.", inbound, Listener, static series => series.Count);
        Samples(text, "envoy_http_downstream_rq_xx", PrometheusText.Untyped, "Answers to clients by class.", [.. inbound.Where(static series => series.Key.StatusClass > 0)], ListenerClass, static series => series.Count);
        text.Single("envoy_server_live", "gauge", "Always 1.", 1);
    }

    private static void Counter(PrometheusText text, string name, string help, List<FoldedSeries> all, Func<FoldedSeries, Label[]> labels, Func<FoldedSeries, double> value)
        => Samples(text, name, "counter", help, all, labels, value);

    /// <summary>One sample per set of labels: series that differ only in what the family does not show are added.</summary>
    private static void Samples(PrometheusText text, string name, string type, string help, List<FoldedSeries> all, Func<FoldedSeries, Label[]> labels, Func<FoldedSeries, double> value)
    {
        if (all.Count == 0)
        {
            return;
        }

        text.Family(name, type, help);
        foreach ((Label[] key, List<FoldedSeries> members) in Group(all, labels))
        {
            text.Sample(name, key, members.Sum(value));
        }
    }

    private static void Histogram(PrometheusText text, string name, string help, List<FoldedSeries> all, Func<FoldedSeries, Label[]> labels, decimal usPerUnit)
    {
        if (all.Count == 0)
        {
            return;
        }

        text.Family(name, "histogram", help);
        foreach ((Label[] key, List<FoldedSeries> members) in Group(all, labels))
        {
            Label[] bucket = [.. key, default];
            long below = 0;
            ReadOnlySpan<long> bounds = LatencyBuckets.UpperBoundsUs;
            for (int i = 0; i < LatencyBuckets.Count; i++)
            {
                int at = i;
                below += members.Sum(series => series.Buckets[at]);
                bucket[^1] = new Label("le", i < bounds.Length ? (bounds[i] / usPerUnit).ToString("0.######", CultureInfo.InvariantCulture) : "+Inf");
                text.Sample(name + "_bucket", bucket, below);
            }

            text.Sample(name + "_sum", key, members.Sum(static series => series.LatencySumUs) / (double)usPerUnit);
            text.Sample(name + "_count", key, below);
        }
    }

    private static Dictionary<string, (Label[] Key, List<FoldedSeries> Members)>.ValueCollection Group(List<FoldedSeries> all, Func<FoldedSeries, Label[]> labels)
    {
        Dictionary<string, (Label[] Key, List<FoldedSeries> Members)> groups = new(StringComparer.Ordinal);
        foreach (FoldedSeries series in all)
        {
            Label[] key = labels(series);
            string words = string.Join('\n', key.Select(static label => label.Value));
            if (!groups.TryGetValue(words, out (Label[] Key, List<FoldedSeries> Members) group))
            {
                groups.Add(words, group = (key, []));
            }

            group.Members.Add(series);
        }

        return groups.Values;
    }

    private static bool IsTcp(FoldedSeries series) => series.Edge.Protocol == ExchangeProtocol.Tcp;

    private static bool IsGrpc(FoldedSeries series) => series.Edge.Protocol == ExchangeProtocol.Grpc;

    private static string Code(FoldedSeries series) => series.Key.StatusClass == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{series.Key.StatusClass}xx");

    private static string NameOf(string service)
    {
        string name = service[(service.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return name.Length > 0 ? name : "unknown";
    }

    private static string NamespaceOf(string service)
    {
        int slash = service.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "unknown" : service[..slash];
    }

    private static string Principal(string identity) => identity.Length > 0 ? identity : "unknown";
}
