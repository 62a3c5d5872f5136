namespace Weft.Proxy.Engine;

/// <summary>What the kernel knows of a TCP connection's round trip, in microseconds; 0: nothing.</summary>
/// <param name="Smoothed">Moving average of its samples (tcpi_rtt).</param>
/// <param name="Least">Least sample of the last five minutes (tcpi_min_rtt).</param>
internal readonly record struct RoundTrip(uint Smoothed, uint Least)
{
    /// <summary>Peers delay acknowledgements of a lone segment by so long, waiting for data to send it with (Linux: TCP_DELACK_MIN).</summary>
    private const uint DelayedUs = 40_000;

    /// <summary>
    /// The network's round trip behind an answer. The kernel's average follows the network, but where the application answers later than the peer's kernel
    /// delays its acknowledgement, every sample is that delay and not the network. So the least sample is taken when the answer took that long and much
    /// longer than the average, which a network that has become slower does not explain.
    /// </summary>
    /// <param name="waitedUs">From the request sent to its answer.</param>
    public uint Estimate(long waitedUs)
    {
        if (Least == 0 || Smoothed <= Least + 1_000)
        {
            return Bound(Smoothed, waitedUs);
        }

        bool mayBeDelay = waitedUs >= DelayedUs && waitedUs - Smoothed > Smoothed / 4;
        return Bound(mayBeDelay ? Least : Smoothed, waitedUs);
    }

    /// <summary>Nothing that was answered in less time took longer to get there and back.</summary>
    private static uint Bound(uint rtt, long waitedUs) => waitedUs > 0 && waitedUs < rtt ? (uint)waitedUs : rtt;
}
