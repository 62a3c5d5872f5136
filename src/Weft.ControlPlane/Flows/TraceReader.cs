using Weft.Contracts.Api;
using Weft.Contracts.Flow;

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
        List<SpanItem> all = [.. flows.OfTrace(traceId).Select(FlowSpan.Of), .. spans.OfTrace(traceId)];
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
}
