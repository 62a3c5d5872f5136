using Weft.Contracts.Api;
using Weft.Contracts.Otlp;
using Weft.ControlPlane.Flows;

namespace Weft.ControlPlane.Otlp;

/// <summary>Takes what applications and collectors send: spans for traces and the map, log records beside them, and the newest value of each metric.</summary>
internal sealed class OtlpIntake(SpanStore spans, SpanEdges edges, SenderNames names, TimeProvider time) : IOtlpView
{
    private long _spans;
    private long _logs;
    private long _points;
    private long _rejected;

    internal LogRing Logs { get; } = new();

    internal MetricBook Metrics { get; } = new();

    internal long Spans => Interlocked.Read(ref _spans);

    internal long LogRecords => Interlocked.Read(ref _logs);

    internal long Points => Interlocked.Read(ref _points);

    internal long Rejected => Interlocked.Read(ref _rejected);

    public LogList GetLogs(string? service, string? trace, int limit) => new() { Items = Logs.List(service, trace, limit) };

    public MetricList GetMetrics(string? service, string? name, int limit) => new() { Items = Metrics.List(service, name, limit) };

    internal OtlpAnswer Take(OtlpExport<OtlpSpan> request)
    {
        int taken = 0, bad = 0;
        foreach ((string service, OtlpSpan span) in Each(request))
        {
            if (span.TraceId.Length != 16 || span.SpanId.Length != 8 || span.ParentSpanId.Length is not (0 or 8) || span.StartUnixNano == 0)
            {
                bad++;
                continue;
            }

            Take(service, span);
            taken++;
        }

        Interlocked.Add(ref _spans, taken);
        return Answer(bad, "a span needs a trace id of 16 bytes, ids of 8 bytes and a time at which it began");
    }

    internal OtlpAnswer Take(OtlpExport<OtlpLog> request)
    {
        int taken = 0;
        foreach ((string service, OtlpLog log) in Each(request))
        {
            Logs.Add(new LogItem
            {
                Time = TimeOf(log.UnixNano != 0 ? log.UnixNano : log.ObservedUnixNano),
                Service = service,
                Severity = log.SeverityText.Length > 0 ? OtlpLimits.Cut(log.SeverityText) : SeverityOf(log.SeverityNumber),
                Text = OtlpLimits.Cut(log.Body?.Text ?? ""),
                TraceId = log.TraceId.Length == 16 ? Convert.ToHexStringLower(log.TraceId) : null,
                SpanId = log.SpanId.Length == 8 ? Convert.ToHexStringLower(log.SpanId) : null,
                Attributes = ToMap(log.Attributes),
            });
            taken++;
        }

        Interlocked.Add(ref _logs, taken);
        return new OtlpAnswer();
    }

    internal OtlpAnswer Take(OtlpExport<OtlpMetric> request)
    {
        int taken = 0, bad = 0;
        foreach ((string service, OtlpMetric metric) in Each(request))
        {
            foreach (OtlpPoint point in metric.Gauge?.Points ?? metric.Sum?.Points ?? [])
            {
                Keep(service, metric, point.UnixNano, point.Attributes, point.Value, null);
            }

            foreach (OtlpHistogramPoint point in metric.Histogram?.Points ?? [])
            {
                Keep(service, metric, point.UnixNano, point.Attributes, point.Sum, (long)Math.Min(point.Count, long.MaxValue));
            }

            bad += metric.IsOther ? 1 : 0;
        }

        Interlocked.Add(ref _points, taken);
        return Answer(bad, $"exponential histograms and summaries are not read, and {OtlpLimits.SeriesMax} series with names of {OtlpLimits.SeriesNameMax} characters are kept, not more");

        void Keep(string service, OtlpMetric metric, ulong nano, List<OtlpAttribute> attributes, double value, long? count)
        {
            MetricItem item = new()
            {
                Time = TimeOf(nano),
                Service = service,
                Name = OtlpLimits.Cut(metric.Name),
                Unit = OtlpLimits.Cut(metric.Unit),
                Value = double.IsFinite(value) ? value : 0,
                Count = count,
                Attributes = ToMap(attributes),
            };
            bool isKept = metric.Name.Length > 0 && Metrics.Put(item, time.GetUtcNow());
            taken += isKept ? 1 : 0;
            bad += isKept ? 0 : 1;
        }
    }

    private void Take(string service, OtlpSpan span)
    {
        Dictionary<string, string> attributes = ToMap(span.Attributes);
        string trace = Convert.ToHexStringLower(span.TraceId);
        string? parent = span.ParentSpanId.Length == 8 ? Convert.ToHexStringLower(span.ParentSpanId) : null;
        string? parentService = parent is null ? null : spans.Find(trace, parent)?.Service;
        edges.Take(service, span, attributes, parentService, time.GetUtcNow());
        if (span.Status is { Message.Length: > 0 } status)
        {
            attributes["status.message"] = OtlpLimits.Cut(status.Message);
        }

        spans.Add(trace, new SpanItem
        {
            SpanId = Convert.ToHexStringLower(span.SpanId),
            ParentSpanId = parent,
            Service = service,
            Name = OtlpLimits.Cut(span.Name),
            Start = TimeOf(span.StartUnixNano),
            DurationMs = span.EndUnixNano > span.StartUnixNano ? (span.EndUnixNano - span.StartUnixNano) / 1e6 : 0,
            Error = span.Status?.Code == OtlpStatus.Error,
            Source = "otlp",
            Attributes = attributes,
        });
    }

    private IEnumerable<(string Service, T Item)> Each<T>(OtlpExport<T> request)
        where T : class, Contracts.Protobuf.IProtoMessage<T>, new()
    {
        foreach (OtlpResource<T> resource in request.Resources)
        {
            string service = names.OfResource(resource.Resource);
            foreach (T item in resource.Scopes.SelectMany(static scope => scope.Items))
            {
                yield return (service, item);
            }
        }
    }

    private OtlpAnswer Answer(int bad, string why)
    {
        Interlocked.Add(ref _rejected, bad);
        return new OtlpAnswer { PartialSuccess = bad == 0 ? null : new OtlpPartialSuccess { Rejected = bad, Message = why } };
    }

    private static Dictionary<string, string> ToMap(List<OtlpAttribute> attributes)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (OtlpAttribute attribute in attributes.Where(static item => item.Key.Length is > 0 and <= OtlpLimits.NameMax).Take(OtlpLimits.AttributesMax))
        {
            map[attribute.Key] = OtlpLimits.Cut(attribute.Value?.Text ?? "");
        }

        return map;
    }

    // Beyond the year 9999 there is no time; such a sender's clock is broken, not its spans.
    private static DateTimeOffset TimeOf(ulong nano) => DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(nano / 100, 250_000_000_000_000_000UL));

    private static string SeverityOf(int number) => number switch
    {
        0 => "",
        <= 4 => "TRACE",
        <= 8 => "DEBUG",
        <= 12 => "INFO",
        <= 16 => "WARN",
        <= 20 => "ERROR",
        _ => "FATAL",
    };
}
