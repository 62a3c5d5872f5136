using System.Globalization;
using Weft.Contracts.Api;
using Weft.Contracts.Flow;
using Weft.Contracts.Session;

namespace Weft.ControlPlane.Flows;

/// <summary>Traces, put together from what proxies and applications sent.</summary>
internal sealed class TraceReader(FlowStore flows, SpanStore spans)
{
    /// <summary>The newest traces with a record that matches, or, without a filter, that only applications told of.</summary>
    internal TraceList List(Filter filter, int limit)
    {
        // Several records belong to one trace.
        List<string> ids = [.. flows.List(filter, limit * 8, 0)
            .Where(static record => record.TraceId.Length == 16)
            .Select(static record => Convert.ToHexStringLower(record.TraceId))
            .Distinct(StringComparer.Ordinal)
            .Take(limit)];
        if (filter.IsAll)
        {
            ids.AddRange(spans.Newest(limit).Except(ids, StringComparer.Ordinal));
        }

        return new TraceList
        {
            Items = [.. ids.Select(Find).OfType<TraceAnswer>().Select(Summarise).OrderByDescending(static item => item.Start).Take(limit)],
        };
    }

    /// <summary>Null when no span of it is known.</summary>
    internal TraceAnswer? Find(string traceId)
    {
        List<SpanItem> all = [.. flows.OfTrace(traceId).Select(ToSpan), .. spans.OfTrace(traceId)];
        return all.Count == 0 ? null : new TraceAnswer { TraceId = traceId, Spans = [.. all.OrderBy(static span => span.Start)] };
    }

    private static TraceItem Summarise(TraceAnswer trace)
    {
        SpanItem root = trace.Spans.FirstOrDefault(span => span.ParentSpanId is null || !trace.Spans.Any(other => other.SpanId == span.ParentSpanId)) ?? trace.Spans[0];
        DateTimeOffset end = trace.Spans.Max(static span => span.Start.AddMilliseconds(span.DurationMs));
        return new TraceItem
        {
            TraceId = trace.TraceId,
            Start = trace.Spans[0].Start,
            DurationMs = Math.Round((end - trace.Spans[0].Start).TotalMilliseconds, 3),
            Spans = trace.Spans.Count,
            Services = [.. trace.Spans.Select(static span => span.Service).Where(static name => name.Length > 0).Distinct(StringComparer.Ordinal)],
            Errors = trace.Spans.Count(static span => span.Error),
            Root = root.Name,
        };
    }

    private static SpanItem ToSpan(FlowRecord record)
    {
        string target = record.Template.Length > 0 ? record.Template : record.Path;
        Party? own = record.Direction == Direction.Outbound ? record.Source : record.Destination;
        return new SpanItem
        {
            SpanId = Convert.ToHexStringLower(record.SpanId),
            ParentSpanId = record.ParentSpanId.Length == 8 ? Convert.ToHexStringLower(record.ParentSpanId) : null,
            Service = own?.Service ?? "",
            Name = record.Method.Length > 0 ? $"{record.Method} {target}" : record.Destination?.Service ?? record.Protocol,
            Start = DateTimeOffset.UnixEpoch.AddMicroseconds(record.StartUnixUs),
            DurationMs = (record.Timing?.TotalUs ?? 0) / 1_000.0,
            Error = FlowStories.HasFailed(record),
            Source = "proxy",
            Attributes = AttributesOf(record),
        };
    }

    private static Dictionary<string, string> AttributesOf(FlowRecord record)
    {
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        Put("direction", record.Direction == Direction.Outbound ? "outbound" : "inbound");
        Put("requestId", record.RequestId);
        Put("protocol", record.Protocol);
        Put("source", record.Source?.Service);
        Put("destination", record.Destination?.Service);
        Put("host", record.Host);
        Put("path", record.Path);
        Put("status", record.Status == 0 ? null : record.Status.ToString(CultureInfo.InvariantCulture));
        Put("reason", record.Reason);
        Put("detail", record.Detail);
        Put("route", record.Route);
        Put("attempts", record.Attempts.Count > 1 ? record.Attempts.Count.ToString(CultureInfo.InvariantCulture) : null);
        if (record.Timing is { } timing)
        {
            PutTime("clientRttUs", timing.ClientRttUs);
            PutTime("queueUs", timing.QueueUs);
            PutTime("connectUs", timing.ConnectUs);
            PutTime("serverRttUs", timing.ServerRttUs);
            PutTime("applicationUs", timing.ApplicationUs);
            PutTime("transferUs", timing.TransferUs);
        }

        return attributes;

        void PutTime(string name, uint us) => Put("timing." + name, us == 0 ? null : us.ToString(CultureInfo.InvariantCulture));

        void Put(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                attributes[name] = value;
            }
        }
    }
}
