using Weft.Proxy.Flows;

namespace Weft.Proxy.Telemetry;

/// <summary>One exchange that a bucket of latencies names, so that a point of a chart leads to a trace.</summary>
/// <param name="Series">Where, and how it ended.</param>
/// <param name="LatencyUs">Until the head of its answer.</param>
/// <param name="EndedUnixUs">When it ended.</param>
/// <param name="TraceId">Its trace.</param>
/// <param name="SpanId">The proxy's own span in it.</param>
internal readonly record struct Exemplar(SeriesKey Series, long LatencyUs, long EndedUnixUs, UInt128 TraceId, ulong SpanId)
{
    public EdgeKey Edge => Series.Edge;

    public bool Success => Series.Success;

    public static Exemplar Of(in FlowData record) => new(
        SeriesOf(record.Facts.Edge, new Ending(record.Facts.Reason, record.Facts.Status, record.Facts.GrpcStatus, 0, 0)),
        record.Facts.Parts.Latency,
        record.Facts.StartUnixUs + record.Facts.Parts.Total,
        record.Facts.TraceId,
        record.Facts.SpanId);

    private static SeriesKey SeriesOf(EdgeKey edge, Ending ending) => new(edge, ending.StatusClass, ending.Reason, ending.Success);
}
