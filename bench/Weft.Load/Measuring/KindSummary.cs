namespace Weft.Load.Measuring;

/// <summary>The part of the summary about one kind of request.</summary>
internal sealed record KindSummary(long Sent, long Ok, long Lost, Latency Latency)
{
    public static KindSummary Of(KindTally kind) => new(kind.Sent, kind.Ok, kind.Sent - kind.Ok, Latency.Of(kind.LatencyUs));
}
