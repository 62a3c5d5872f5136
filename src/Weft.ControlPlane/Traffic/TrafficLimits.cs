namespace Weft.ControlPlane.Traffic;

/// <summary>What traffic figures may cost. What goes beyond is folded or dropped, and counted; nothing waits.</summary>
internal static class TrafficLimits
{
    /// <summary>Edges of the call graph, each side counted for itself; traffic of further ones is counted in the series "other".</summary>
    internal const int MaxEdges = 50_000;

    internal const int MaxServices = 10_000;

    internal const int MaxWorkloads = 20_000;

    internal const int MaxRoutes = 20_000;

    /// <summary>Bytes of figures that are not yet sealed into blocks. When they run out, blocks are sealed before their time: smaller, not less exact.</summary>
    internal const int OpenBytesMax = 128 * 1024 * 1024;

    /// <summary>Bytes of sealed blocks that are kept in memory beside the file, or instead of one.</summary>
    internal const long CachedBytesMax = 24 * 1024 * 1024;

    /// <summary>Bytes of the history file. Beyond, the oldest blocks go, those of the finest resolution last.</summary>
    internal const long FileBytesMax = 8L * 1024 * 1024 * 1024;

    /// <summary>Steps in a block. A block is the unit that is compressed, written and forgotten.</summary>
    internal const int StepsPerBlock = 30;

    /// <summary>Series that are compressed together: enough for the compressor, few enough that one series is read quickly.</summary>
    internal const int SeriesPerGroup = 64;

    /// <summary>Cells that one proxy may report.</summary>
    internal const int MaxCellsPerProxy = 4_096;

    /// <summary>Cells of all proxies together.</summary>
    internal const int MaxCells = 500_000;

    /// <summary>How long the counters of a proxy that is away are remembered.</summary>
    internal const int AwaySeconds = 600;

    /// <summary>Bypassed connections that one proxy may report.</summary>
    internal const int MaxBypassedPerProxy = 1_024;

    /// <summary>Characters of one name in a cell.</summary>
    internal const int MaxNameLength = 512;

    /// <summary>Different reasons that one figure tells apart; further ones are counted as "other".</summary>
    internal const int MaxReasons = 32;

    /// <summary>Points that one answer has at most.</summary>
    internal const int MaxSteps = 2_000;

    /// <summary>Steps of one answer that shows every edge at every step.</summary>
    internal const int MaxFrames = 400;
}
