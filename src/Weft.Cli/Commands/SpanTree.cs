using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Spans in the order of a waterfall: callers before what they called, siblings by their start.</summary>
internal static class SpanTree
{
    /// <summary>Characters of a bar over the whole trace.</summary>
    private const int BarWidth = 40;

    /// <summary>Deeper spans are shown at this depth: a trace is foreign data, and might be a chain of thousands.</summary>
    private const int DepthMax = 16;

    public static IReadOnlyList<(SpanItem Span, int Depth)> Order(IReadOnlyList<SpanItem> spans)
    {
        var known = spans.Select(span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        var children = spans.Where(span => HasParent(span, known)).ToLookup(span => span.ParentSpanId!, StringComparer.Ordinal);
        var ordered = new List<(SpanItem, int)>();
        var open = new Stack<(SpanItem Span, int Depth)>(spans.Where(span => !HasParent(span, known)).OrderByDescending(span => span.Start).Select(span => (span, 0)));
        var seen = new HashSet<SpanItem>(ReferenceEqualityComparer.Instance);
        while (open.TryPop(out var next))
        {
            if (!seen.Add(next.Span))
            {
                continue;
            }

            ordered.Add(next);
            foreach (var child in children[next.Span.SpanId].OrderByDescending(span => span.Start))
            {
                open.Push((child, Math.Min(DepthMax, next.Depth + 1)));
            }
        }

        // Spans that call each other in a circle have no root; they are not lost for that.
        ordered.AddRange(spans.Where(span => !seen.Contains(span)).Select(span => (span, 0)));
        return ordered;
    }

    /// <summary>A bar from a share of the whole trace over another share of it; at least one character long.</summary>
    public static string Bar(double from, double share)
    {
        var start = Math.Clamp((int)(from * BarWidth), 0, BarWidth - 1);
        var length = Math.Clamp((int)Math.Round(share * BarWidth), 1, BarWidth - start);
        return $"|{new string(' ', start)}{new string('=', length)}{new string(' ', BarWidth - start - length)}|";
    }

    private static bool HasParent(SpanItem span, HashSet<string> known)
        => span.ParentSpanId is { Length: > 0 } parent && parent != span.SpanId && known.Contains(parent);
}
