using Weft.Contracts.Api;

namespace Weft.ControlPlane.Flows;

/// <summary>Recent spans that applications and collectors sent, by trace. Bounded; the oldest go first.</summary>
internal sealed class SpanStore
{
    internal const int SpansMax = 40_000;

    /// <summary>Spans of one trace; further ones are dropped, so that one trace cannot push out all others.</summary>
    internal const int SpansPerTraceMax = 1_000;

    /// <summary>Characters of the names and attributes of all spans.</summary>
    internal const long CharactersMax = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(string Trace, SpanItem Span)> _spans = new();
    private readonly Dictionary<string, List<SpanItem>> _byTrace = new(StringComparer.Ordinal);
    private long _characters;
    private long _dropped;

    internal long Dropped => Interlocked.Read(ref _dropped);

    internal void Add(string traceId, SpanItem span)
    {
        lock (_lock)
        {
            if (!_byTrace.TryGetValue(traceId, out List<SpanItem>? spans))
            {
                _byTrace.Add(traceId, spans = []);
            }

            if (spans.Count >= SpansPerTraceMax)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            spans.Add(span);
            _spans.Enqueue((traceId, span));
            _characters += LengthOf(span);
            while (_spans.Count > SpansMax || _characters > CharactersMax)
            {
                (string oldTrace, SpanItem old) = _spans.Dequeue();
                _characters -= LengthOf(old);
                List<SpanItem> left = _byTrace[oldTrace];
                left.Remove(old);
                if (left.Count == 0)
                {
                    _byTrace.Remove(oldTrace);
                }
            }
        }
    }

    internal List<SpanItem> OfTrace(string traceId)
    {
        lock (_lock)
        {
            return _byTrace.TryGetValue(traceId, out List<SpanItem>? spans) ? [.. spans] : [];
        }
    }

    /// <summary>One span of a trace; null when it is not known.</summary>
    internal SpanItem? Find(string traceId, string spanId)
    {
        lock (_lock)
        {
            return _byTrace.GetValueOrDefault(traceId)?.Find(span => span.SpanId == spanId);
        }
    }

    /// <summary>The newest traces, newest first.</summary>
    internal List<string> Newest(int limit)
    {
        lock (_lock)
        {
            return [.. _spans.Reverse().Select(static item => item.Trace).Distinct(StringComparer.Ordinal).Take(limit)];
        }
    }

    private static int LengthOf(SpanItem span) => span.Name.Length + span.Service.Length + span.Attributes.Sum(static pair => pair.Key.Length + pair.Value.Length);
}
