namespace Weft.ControlPlane.Traffic;

/// <summary>What traffic figures may cost. What goes beyond is folded or dropped, and counted; nothing waits.</summary>
internal static class TrafficLimits
{
    /// <summary>How far back figures are kept, in steps of one second.</summary>
    internal const int WindowSeconds = 600;

    /// <summary>Series; traffic of further ones is counted in the series "other".</summary>
    internal const int MaxSeries = 2_000;

    /// <summary>Seconds with traffic over all series. Beyond, the oldest go: a large busy mesh is remembered for a shorter time.</summary>
    internal const int MaxPoints = 400_000;

    /// <summary>Cells that one proxy may report.</summary>
    internal const int MaxCellsPerProxy = 4_096;

    /// <summary>Bypassed connections that one proxy may report.</summary>
    internal const int MaxBypassedPerProxy = 1_024;

    /// <summary>Characters of one name in a cell.</summary>
    internal const int MaxNameLength = 512;
}
