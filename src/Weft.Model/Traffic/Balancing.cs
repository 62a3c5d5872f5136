namespace Weft.Model.Traffic;

/// <summary>How an endpoint is chosen.</summary>
public enum Balancing
{
    /// <summary>The better of two by moving average of latency and requests in flight.</summary>
    PeakEwma,
    RoundRobin,
}
