using Weft.ControlPlane.Traffic;

namespace Weft.ControlPlane.Prometheus;

/// <summary>Asks a Prometheus, or something that speaks its HTTP API.</summary>
internal interface IPrometheus
{
    /// <summary>Where it is, for people.</summary>
    string Place { get; }

    /// <summary>Computes an expression at a time.</summary>
    /// <exception cref="FigureSourceException">There is no answer, or no good one.</exception>
    Task AskAsync(string query, long second, IReadOnlyList<string> labels, SampleTaker take, CancellationToken stop);

    /// <summary>Computes an expression at the start of a span and every so many seconds, the end of the span included.</summary>
    /// <exception cref="FigureSourceException">There is no answer, or no good one.</exception>
    Task AskRangeAsync(string query, TimeSpanOfSeconds span, int stepSeconds, IReadOnlyList<string> labels, SampleTaker take, CancellationToken stop);
}
