namespace Weft.ControlPlane.Api;

/// <summary>Counters of the server since its start, and how much it holds now.</summary>
public sealed record ServerFigures
{
    /// <summary>Proxies with a session.</summary>
    public int Sessions { get; init; }

    /// <summary>Cells of traffic that were not taken because there were too many.</summary>
    public long DroppedCells { get; init; }

    /// <summary>Points of the history for which there was no room.</summary>
    public long LostPoints { get; init; }

    /// <summary>Bytes of points that are not in packed blocks.</summary>
    public long OpenBytes { get; init; }

    /// <summary>Bytes of packed blocks in memory.</summary>
    public long CachedBytes { get; init; }

    /// <summary>Flow records that proxies could not send, or that were too long.</summary>
    public long LostFlows { get; init; }

    public long OtlpSpans { get; init; }

    public long OtlpLogRecords { get; init; }

    public long OtlpPoints { get; init; }

    public long OtlpRejected { get; init; }
}
