using System.Buffers.Binary;
using System.Text;
using Weft.Contracts.Flow;
using Weft.Contracts.Protobuf;
using Weft.Contracts.Session;
using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Flows.Otlp;

/// <summary>
/// Writes spans, log records and metrics in the wire format of OTLP (opentelemetry-proto 1.x: trace.proto, logs.proto, metrics.proto, common.proto). Numbers are those
/// of its fields.
/// </summary>
internal static class OtlpEncoding
{
    private const int KindServer = 2;
    private const int KindClient = 3;
    private const int StatusError = 2;
    private const int SeverityInfo = 9;
    private const int SeverityWarn = 13;
    private const int SeverityError = 17;
    private const int Delta = 1;
    private const int Cumulative = 2;

    private static readonly (string Name, int Kind)[] Parts =
    [
        ("client_rtt", TallyKind.ClientRtt), ("server_rtt", TallyKind.ServerRtt), ("application", TallyKind.Application), ("transfer", TallyKind.Transfer), ("queue", TallyKind.Queue), ("connect", TallyKind.Connect),
    ];

    /// <summary>Opens a request: resource and scope; what follows are field 2's of the scope. Close it with <see cref="End"/>.</summary>
    public static (int Outer, int Scope) Begin(ProtoWriter to, WorkloadMark workload, string service, string version)
    {
        int outer = to.BeginMessage(1);
        int resource = to.BeginMessage(1);
        string[] name = service.Split('/', 2);
        Attribute(to, 1, "service.name", name[^1]);
        Attribute(to, 1, "service.namespace", name.Length == 2 ? name[0] : "");
        Attribute(to, 1, "service.instance.id", workload.Workload ?? "");
        Attribute(to, 1, "service.version", workload.Version ?? "");
        to.EndMessage(resource);
        int scope = to.BeginMessage(2);
        int who = to.BeginMessage(1);
        to.WriteString(1, "weft-proxy");
        to.WriteString(2, version);
        to.EndMessage(who);
        return (outer, scope);
    }

    public static void End(ProtoWriter to, (int Outer, int Scope) open)
    {
        to.EndMessage(open.Scope);
        to.EndMessage(open.Outer);
    }

    /// <summary>One span, as the next of field 2.</summary>
    public static void Span(ProtoWriter to, FlowView view)
    {
        int span = to.BeginMessage(2);
        to.WriteBytes(1, view.Text(FlowKey.TraceId).Utf8);
        to.WriteBytes(2, view.Text(FlowKey.SpanId).Utf8);
        to.WriteBytes(4, view.Text(FlowKey.ParentSpanId).Utf8);
        to.WriteString(5, NameOf(view));
        to.WriteInt32(6, view.Data.Facts.Edge.Direction == Direction.Outbound ? KindClient : KindServer);
        to.WriteFixed64(7, StartNano(view));
        to.WriteFixed64(8, EndNano(view));
        Attributes(to, 9, view);
        if (view.Data.Facts.Mark == FlowMark.Error)
        {
            int status = to.BeginMessage(15);
            to.WriteString(2, view.Text(FlowKey.Reason).ToString());
            to.WriteInt32(3, StatusError);
            to.EndMessage(status);
        }

        to.EndMessage(span);
    }

    /// <summary>One log record, as the next of field 2.</summary>
    public static void Log(ProtoWriter to, FlowView view)
    {
        int log = to.BeginMessage(2);
        to.WriteFixed64(1, EndNano(view));
        to.WriteInt32(2, view.Data.Facts.Mark switch { FlowMark.Error => SeverityError, FlowMark.Slow => SeverityWarn, _ => SeverityInfo });
        to.WriteString(3, view.Data.Facts.Mark switch { FlowMark.Error => "ERROR", FlowMark.Slow => "WARN", _ => "INFO" });
        int body = to.BeginMessage(5);
        to.WriteString(1, $"{NameOf(view)} {view.Data.Facts.Status} {view.Text(FlowKey.Reason).ToString()}");
        to.EndMessage(body);
        Attributes(to, 6, view);
        to.WriteBytes(9, view.Text(FlowKey.TraceId).Utf8);
        to.WriteBytes(10, view.Text(FlowKey.SpanId).Utf8);
        to.WriteFixed64(11, EndNano(view));
        to.EndMessage(log);
    }

    /// <summary>All metrics, as further ones of field 2.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="all">The series of now.</param>
    /// <param name="before">Those of the last report, for delta; null for cumulative.</param>
    /// <param name="startNano">When counting began.</param>
    /// <param name="nowNano">Now.</param>
    /// <param name="exemplars">Exchanges to name beside latencies.</param>
    public static void Metrics(ProtoWriter to, IReadOnlyList<FoldedSeries> all, OtlpBaseline? before, ulong startNano, ulong nowNano, ExemplarTable exemplars)
    {
        int temporality = before is null ? Cumulative : Delta;
        Durations(to, all, before, temporality, startNano, nowNano, exemplars);
        Sum(to, "weft.exchanges", "{exchange}", "Exchanges that ended.", all, temporality, startNano, nowNano, series => series.Count - (before?.Count(series) ?? 0));
        Sum(to, "weft.sent", "By", "Body bytes towards the destination.", all, temporality, startNano, nowNano, series => series.BytesSent - (before?.Sent(series) ?? 0));
        Sum(to, "weft.received", "By", "Body bytes from the destination.", all, temporality, startNano, nowNano, series => series.BytesReceived - (before?.Received(series) ?? 0));
        Sum(to, "weft.retries", "{attempt}", "Attempts beyond the first.", all, temporality, startNano, nowNano, series => series.Tally[TallyKind.Retries] - (before?.Tally(series, TallyKind.Retries) ?? 0));
        foreach ((string name, int kind) in Parts)
        {
            Sum(to, $"weft.time.{name}", "us", "Time spent there.", all, temporality, startNano, nowNano, series => series.Tally[kind] - (before?.Tally(series, kind) ?? 0));
        }
    }

    private static void Durations(ProtoWriter to, IReadOnlyList<FoldedSeries> all, OtlpBaseline? before, int temporality, ulong startNano, ulong nowNano, ExemplarTable exemplars)
    {
        int metric = BeginMetric(to, "weft.answer.duration", "s", "From the head of a request to the head of its answer.");
        int histogram = to.BeginMessage(9);
        ReadOnlySpan<long> bounds = LatencyBuckets.UpperBoundsUs;
        double[] seconds = new double[bounds.Length];
        for (int i = 0; i < seconds.Length; i++)
        {
            seconds[i] = bounds[i] / 1e6;
        }

        ulong[] counts = new ulong[LatencyBuckets.Count];
        foreach (FoldedSeries series in all)
        {
            ulong total = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] = (ulong)(series.Buckets[i] - (before?.Bucket(series, i) ?? 0));
                total += counts[i];
            }

            if (total == 0)
            {
                continue;
            }

            int point = to.BeginMessage(1);
            to.WriteFixed64(2, startNano);
            to.WriteFixed64(3, nowNano);
            to.WriteFixed64(4, total);
            to.WriteDouble(5, (series.LatencySumUs - (before?.LatencyUs(series) ?? 0)) / 1e6);
            to.WritePackedFixed64(6, counts);
            to.WritePackedDouble(7, seconds);
            foreach (Exemplar exemplar in exemplars.Of(series.Key))
            {
                Write(to, exemplar);
            }

            SeriesAttributes(to, 9, series);
            to.EndMessage(point);
        }

        to.WriteInt32(2, temporality);
        to.EndMessage(histogram);
        to.EndMessage(metric);
    }

    /// <summary>One exemplar, as the next of field 8.</summary>
    private static void Write(ProtoWriter to, in Exemplar exemplar)
    {
        Span<byte> id = stackalloc byte[16];
        int written = to.BeginMessage(8);
        to.WriteFixed64(2, (ulong)exemplar.EndedUnixUs * 1_000);
        to.WriteDouble(3, exemplar.LatencyUs / 1e6);
        BinaryPrimitives.WriteUInt64BigEndian(id, exemplar.SpanId);
        to.WriteBytes(4, id[..8]);
        BinaryPrimitives.WriteUInt128BigEndian(id, exemplar.TraceId);
        to.WriteBytes(5, id);
        to.EndMessage(written);
    }

    private static void Sum(
        ProtoWriter to, string name, string unit, string description, IReadOnlyList<FoldedSeries> all, int temporality, ulong startNano, ulong nowNano, Func<FoldedSeries, long> value)
    {
        int metric = BeginMetric(to, name, unit, description);
        int sum = to.BeginMessage(7);
        foreach (FoldedSeries series in all)
        {
            long number = value(series);
            if (number == 0)
            {
                continue;
            }

            int point = to.BeginMessage(1);
            to.WriteFixed64(2, startNano);
            to.WriteFixed64(3, nowNano);
            to.WriteFixed64(6, (ulong)number);
            SeriesAttributes(to, 7, series);
            to.EndMessage(point);
        }

        to.WriteInt32(2, temporality);
        to.WriteBool(3, true);
        to.EndMessage(sum);
        to.EndMessage(metric);
    }

    private static int BeginMetric(ProtoWriter to, string name, string unit, string description)
    {
        int metric = to.BeginMessage(2);
        to.WriteString(1, name);
        to.WriteString(2, description);
        to.WriteString(3, unit);
        return metric;
    }

    private static void SeriesAttributes(ProtoWriter to, int field, FoldedSeries series)
    {
        EdgeKey edge = series.Edge;
        Attribute(to, field, "weft.direction", SeriesNames.Of(edge.Direction));
        Attribute(to, field, "weft.source.service", edge.Source);
        Attribute(to, field, "weft.destination.service", edge.Destination);
        Attribute(to, field, "weft.destination.version", edge.DestinationVersion);
        Attribute(to, field, "weft.destination.zone", edge.DestinationZone);
        Attribute(to, field, "weft.backend", edge.Backend);
        Attribute(to, field, "weft.route", edge.Route);
        Attribute(to, field, "http.route", edge.Template);
        Attribute(to, field, "network.protocol.name", SeriesNames.Of(edge.Protocol));
        Attribute(to, field, "weft.reason", SeriesNames.Of(series.Key.Reason));
        Attribute(to, field, "weft.status_class", series.Key.StatusClass == 0 ? "" : $"{series.Key.StatusClass}xx");
        Flag(to, field, "weft.mtls", edge.MutualTls);
        Flag(to, field, "weft.success", series.Key.Success);
    }

    /// <summary>What a person would call it: method and template, as the semantic conventions ask, or the destination of a stream.</summary>
    private static string NameOf(FlowView view)
        => view.Data.Method.IsEmpty ? view.Data.Facts.Edge.Destination
            : view.Data.Facts.Edge.Template.Length > 0 ? $"{Encoding.UTF8.GetString(view.Data.Method)} {view.Data.Facts.Edge.Template}" : Encoding.UTF8.GetString(view.Data.Method);

    private static ulong StartNano(FlowView view) => (ulong)view.Data.Facts.StartUnixUs * 1_000;

    private static ulong EndNano(FlowView view) => ((ulong)view.Data.Facts.StartUnixUs + view.Data.Facts.Parts.Total) * 1_000;

    private static void Attributes(ProtoWriter to, int field, FlowView view)
    {
        foreach (FlowField entry in FlowFields.All)
        {
            if (entry.Attribute.Length == 0 || !FlowJson.IsPresent(view, entry))
            {
                continue;
            }

            if (entry.IsText)
            {
                Attribute(to, field, entry.Attribute, entry.Kind == FlowFieldKind.Hex ? Convert.ToHexStringLower(view.Text(entry.Key).Utf8) : view.Text(entry.Key).ToString());
            }
            else if (entry.Kind == FlowFieldKind.Flag)
            {
                Flag(to, field, entry.Attribute, view.Number(entry.Key) != 0);
            }
            else
            {
                int pair = to.BeginMessage(field);
                to.WriteString(1, entry.Attribute);
                int value = to.BeginMessage(2);
                to.WriteInt64Always(3, view.Number(entry.Key));
                to.EndMessage(value);
                to.EndMessage(pair);
            }
        }
    }

    private static void Attribute(ProtoWriter to, int field, string key, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        int pair = to.BeginMessage(field);
        to.WriteString(1, key);
        int any = to.BeginMessage(2);
        to.WriteString(1, value);
        to.EndMessage(any);
        to.EndMessage(pair);
    }

    private static void Flag(ProtoWriter to, int field, string key, bool value)
    {
        int pair = to.BeginMessage(field);
        to.WriteString(1, key);
        int any = to.BeginMessage(2);
        to.WriteInt64Always(2, value ? 1 : 0);
        to.EndMessage(any);
        to.EndMessage(pair);
    }
}
