using Weft.Contracts.Session;
using Weft.Proxy.Detection;
using Weft.Proxy.Health;
using Weft.Routing;

namespace Weft.Proxy.Telemetry;

/// <summary>The page that Prometheus scrapes, made on the control thread from the folded counters.</summary>
/// <param name="fold">The figures.</param>
/// <param name="compat">Names of other meshes that are wanted beside ours.</param>
/// <param name="workload">Whose figures they are.</param>
internal sealed class MetricsPage(MetersFold fold, CompatFamilies compat = CompatFamilies.None, WorkloadMark workload = default)
{
    /// <param name="format">As it was asked for.</param>
    /// <param name="control">What the control thread knows.</param>
    /// <param name="process">What the kernel knows.</param>
    /// <param name="exemplars">Exchanges to name beside the latencies, the newest of an edge first; only OpenMetrics can.</param>
    public string Render(MetricsFormat format, in ControlFigures control, in ProcessFigures process, IEnumerable<Exemplar> exemplars)
    {
        PrometheusText text = new(format);
        IReadOnlyList<FoldedSeries> series = fold.Fold();
        WriteRequests(text, series);
        WriteLatencies(text, series, format == MetricsFormat.OpenMetrics ? exemplars : []);
        WriteBytes(text, series);
        WriteParts(text, series);
        WriteConnections(text, series);
        WriteDetected(text);
        WriteRejected(text, control.Bugs);
        WriteControl(text, control);
        WriteWorkload(text);
        WriteProcess(text, process, control.StartedAtUnixS);
        CompatPage.Write(text, compat, series, workload, control.Version ?? "");
        return text.End();
    }

    private static void WriteRequests(PrometheusText text, IReadOnlyList<FoldedSeries> all)
    {
        text.Family(MetricNames.Requests, "counter", "Exchanges that ended: requests, and opaque streams (status class 0).");
        foreach (FoldedSeries series in all)
        {
            if (series.Count == 0)
            {
                continue;
            }

            EdgeKey edge = series.Edge;
            text.Sample(
                MetricNames.Requests,
                [
                    new(MetricLabels.Direction, SeriesNames.Of(edge.Direction)),
                    new(MetricLabels.Source, edge.Source),
                    new(MetricLabels.SourceIdentity, edge.SourceIdentity),
                    new(MetricLabels.Destination, edge.Destination),
                    new(MetricLabels.DestinationIdentity, edge.DestinationIdentity),
                    new(MetricLabels.Backend, edge.Backend),
                    new(MetricLabels.Route, edge.Route),
                    new(MetricLabels.Template, edge.Template),
                    new(MetricLabels.DestinationVersion, edge.DestinationVersion),
                    new(MetricLabels.DestinationZone, edge.DestinationZone),
                    new(MetricLabels.Protocol, SeriesNames.Of(edge.Protocol)),
                    new(MetricLabels.StatusClass, MetricLabels.ClassName(series.Key.StatusClass)),
                    new(MetricLabels.Reason, SeriesNames.Of(series.Key.Reason)),
                    new(MetricLabels.MutualTls, edge.MutualTls ? MetricLabels.True : MetricLabels.False),
                    new(MetricLabels.Success, series.Key.Success ? MetricLabels.True : MetricLabels.False),
                ],
                series.Count);
        }
    }

    /// <summary>Latencies are kept per edge and success, without identities and reasons: a histogram has some forty samples per series.</summary>
    private static void WriteLatencies(PrometheusText text, IReadOnlyList<FoldedSeries> all, IEnumerable<Exemplar> exemplars)
    {
        const string Name = MetricNames.Latency;
        text.Family(Name, "histogram", "Time from the head of a request to the head of its response; for an opaque stream until it is connected.");
        Dictionary<DurationKey, DurationSum> sums = [];
        foreach (FoldedSeries series in all)
        {
            if (series.Count == 0)
            {
                continue;
            }

            DurationKey key = DurationKey.Of(series.Edge, series.Key.Success);
            if (!sums.TryGetValue(key, out DurationSum? sum))
            {
                sums.Add(key, sum = new DurationSum(key));
            }

            sum.Add(series);
        }

        foreach (Exemplar exemplar in exemplars)
        {
            if (sums.TryGetValue(DurationKey.Of(exemplar.Edge, exemplar.Success), out DurationSum? sum))
            {
                sum.Offer(exemplar);
            }
        }

        foreach (DurationSum sum in sums.Values)
        {
            sum.Write(text, Name);
        }
    }

    private static void WriteBytes(PrometheusText text, IReadOnlyList<FoldedSeries> all)
    {
        WriteBytes(text, all, MetricNames.SentBytes, "Body bytes towards the destination.", static series => series.BytesSent);
        WriteBytes(text, all, MetricNames.ReceivedBytes, "Body bytes from the destination.", static series => series.BytesReceived);
    }

    private static void WriteBytes(PrometheusText text, IReadOnlyList<FoldedSeries> all, string name, string help, Func<FoldedSeries, long> bytes)
    {
        text.Family(name, "counter", help);
        foreach (IGrouping<RouteKey, FoldedSeries> route in all.GroupBy(RouteKey.Of))
        {
            text.Sample(name, route.Key.Labels(), route.Sum(bytes));
        }
    }

    /// <summary>Where time goes: sums and counts by edge, so that a mean of each part can be had.</summary>
    private static void WriteParts(PrometheusText text, IReadOnlyList<FoldedSeries> all)
    {
        int[] parts = [TallyKind.ClientRtt, TallyKind.ServerRtt, TallyKind.Application, TallyKind.Transfer, TallyKind.Queue, TallyKind.Connect];
        var edges = all.Where(static series => series.Count > 0)
            .GroupBy(static series => (series.Edge.Direction, series.Edge.Source, series.Edge.Destination, series.Edge.Protocol)).ToList();
        Label[] Labels((Direction Direction, string Source, string Destination, ExchangeProtocol Protocol) edge) =>
        [
            new(MetricLabels.Direction, SeriesNames.Of(edge.Direction)), new(MetricLabels.Source, edge.Source), new(MetricLabels.Destination, edge.Destination), new(MetricLabels.Protocol, SeriesNames.Of(edge.Protocol)),
        ];
        foreach ((string family, string help, int offset, double scale) in (ReadOnlySpan<(string, string, int, double)>)
            [(MetricNames.PartSeconds, "Time by part: round trips, application, transfer, waiting, dialling.", 0, 1e6), (MetricNames.PartMeasured, "Exchanges in which a part was measured.", 1, 1)])
        {
            text.Family(family, "counter", help);
            foreach (var edge in edges)
            {
                for (int i = 0; i < parts.Length; i++)
                {
                    int kind = parts[i] + offset;
                    long sum = edge.Sum(series => series.Tally[kind]);
                    if (sum > 0)
                    {
                        text.Sample(family, [.. Labels(edge.Key), new(MetricLabels.Part, MetricLabels.Parts[i])], sum / scale);
                    }
                }
            }
        }

        text.Family(MetricNames.Retries, "counter", "Attempts beyond the first.");
        foreach (IGrouping<RouteKey, FoldedSeries> route in all.Where(static series => series.Count > 0).GroupBy(RouteKey.Of))
        {
            text.Sample(MetricNames.Retries, route.Key.Labels(), route.Sum(static series => series.Tally[TallyKind.Retries]));
        }
    }

    private void WriteConnections(PrometheusText text, IReadOnlyList<FoldedSeries> all)
    {
        text.Family("weft_connections_total", "counter", "Connections accepted.");
        foreach (Direction direction in (Direction[])[Direction.Outbound, Direction.Inbound])
        {
            text.Sample("weft_connections_total", [new("direction", SeriesNames.Of(direction))], fold.ConnectionsOpened(direction));
        }

        text.Family("weft_connections_open", "gauge", "Accepted connections that are open.");
        foreach (Direction direction in (Direction[])[Direction.Outbound, Direction.Inbound])
        {
            text.Sample("weft_connections_open", [new("direction", SeriesNames.Of(direction))], fold.ConnectionsOpen(direction));
        }

        text.Single("weft_exchanges_open", "gauge", "Exchanges that have not ended.", Math.Max(0, all.Sum(static series => series.Active)));
    }

    private void WriteDetected(PrometheusText text)
    {
        text.Family("weft_detected_total", "counter", "Connections to ports without a declared protocol, by what they turned out to speak.");
        foreach (Detected found in (Detected[])[Detected.Http1, Detected.Http2, Detected.Tls, Detected.Tcp, Detected.ServerFirst])
        {
            text.Sample("weft_detected_total", [new("protocol", SeriesNames.Of(found))], fold.Found(found));
        }
    }

    private void WriteRejected(PrometheusText text, long bugs)
    {
        text.Family("weft_rejected_total", "counter", "Exchanges and connections that Weft itself refused or ended, by reason code.");
        foreach (EndReason reason in Enum.GetValues<EndReason>())
        {
            if (fold.Rejected(reason) is > 0 and long count)
            {
                text.Sample("weft_rejected_total", [new("reason", SeriesNames.Of(reason))], count);
            }
        }

        text.Single("weft_series_overflowed_total", "counter", "Exchanges counted under the name other because the series had no room.", fold.Overflowed);
        text.Single("weft_bugs_total", "counter", "Broken promises of the proxy's own code.", bugs);
    }

    private static void WriteControl(PrometheusText text, in ControlFigures control)
    {
        text.Family(MetricNames.Build, "gauge", "Version of the proxy; always 1.").Sample(MetricNames.Build, [new(MetricLabels.Version, control.Version ?? "")], 1);
        text.Single("weft_ready", "gauge", "1 when identity, policy and listeners are there and the proxy does not drain.", control.Ready ? 1 : 0);
        text.Single("weft_draining", "gauge", "1 while the proxy drains.", control.Draining ? 1 : 0);
        text.Single("weft_overload_level", "gauge", "0 normal, 1 shorter rests, 2 no keep-alive, 3 requests shed with 503, 4 connections refused.", (int)control.Load);
        text.Single("weft_control_plane_connected", "gauge", "1 while the discovery stream is open.", control.Connected ? 1 : 0);
        text.Single("weft_config_commit", "gauge", "Newest commit that the running configuration reflects; 0 for none.", control.ConfigCommit);
        text.Single("weft_subscriptions", "gauge", "Resources subscribed to.", control.Subscriptions);
        text.Single("weft_config_refused_total", "counter", "Resources from the control plane that were refused.", control.ConfigRefusals);
        text.Single("weft_dns_queries_total", "counter", "DNS queries answered.", control.DnsQueries);
        text.Single("weft_dns_failures_total", "counter", "DNS queries that ended in SERVFAIL.", control.DnsFailures);
        WriteSinks(text, control.Sinks ?? []);
        if (control.Checks is { } checks)
        {
            WriteChecks(text, checks);
        }

        if (control.ConfigAgeS is { } age)
        {
            text.Single("weft_config_age_seconds", "gauge", "Seconds since the control plane last confirmed the configuration.", age);
        }

        if (control.CertificateExpiryS is { } expiry)
        {
            text.Single("weft_certificate_expiry_seconds", "gauge", "Seconds until the workload's certificate expires; negative afterwards.", expiry);
        }
    }

    /// <summary>Figures do not name the workload in each series: whoever asks for it joins this one by the page that both come from.</summary>
    private void WriteWorkload(PrometheusText text)
    {
        if (workload.Workload is { Length: > 0 } name)
        {
            text.Family(MetricNames.Workload, "gauge", "The workload beside the proxy; always 1.").Sample(
                MetricNames.Workload,
                [new(MetricLabels.Workload, name), new(MetricLabels.Version, workload.Version ?? ""), new(MetricLabels.Zone, workload.Zone ?? "")],
                1);
        }
    }

    private static void WriteSinks(PrometheusText text, IReadOnlyList<SinkDrops> sinks)
    {
        const string Name = "weft_telemetry_dropped_total";
        if (sinks.Count > 0)
        {
            text.Family(Name, "counter", "Records that a receiver of telemetry missed because it was too slow, hung or was gone; traffic does not wait for it.");
            foreach (SinkDrops sink in sinks)
            {
                text.Sample(Name, [new("sink", sink.Sink)], sink.Dropped);
            }
        }
    }

    private static void WriteChecks(PrometheusText text, in CheckFigures checks)
    {
        const string Endpoints = "weft_checked_endpoints";
        const string Made = "weft_endpoint_checks_total";
        text.Family(Endpoints, "gauge", "Endpoints that this proxy checks itself, by what it found; unchecked are those beyond its bound.");
        foreach ((string health, int count) in (ReadOnlySpan<(string, int)>)
            [("healthy", checks.Healthy), ("unhealthy", checks.Unhealthy), ("unknown", checks.Unknown), ("unchecked", checks.Unchecked)])
        {
            text.Sample(Endpoints, [new("health", health)], count);
        }

        text.Family(Made, "counter", "Checks of endpoints that were made.");
        text.Sample(Made, [new("result", "passed")], checks.Passed);
        text.Sample(Made, [new("result", "failed")], checks.Failed);
    }

    private static void WriteProcess(PrometheusText text, in ProcessFigures process, double startedAtUnixS)
    {
        text.Single("process_cpu_seconds_total", "counter", "User and system time.", process.CpuUs / 1e6);
        text.Single("process_resident_memory_bytes", "gauge", "Memory in RAM.", process.ResidentBytes);
        text.Single("process_virtual_memory_bytes", "gauge", "Address space.", process.VirtualBytes);
        text.Single("process_open_fds", "gauge", "Open file descriptors.", process.OpenFds);
        text.Single("process_max_fds", "gauge", "Limit of open file descriptors.", process.MaxFds);
        text.Single(MetricNames.Started, "gauge", "Start, in seconds of Unix time.", startedAtUnixS);
        text.Single("weft_runtime_allocated_bytes_total", "counter", "Bytes of objects made by all threads; traffic in a steady state makes none.", process.AllocatedBytes);
        text.Single("weft_runtime_collections_total", "counter", "Runs of the garbage collector.", process.Collections);
    }
}
