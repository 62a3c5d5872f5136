namespace Weft.Proxy.Flows;

/// <summary>The parts of an exchange's time in microseconds; 0: not measured.</summary>
internal struct FlowParts
{
    public uint Total;

    /// <summary>Until the head of the answer, or the end where none came: what the histogram of latencies counts. No part of <see cref="Total"/> beside the others.</summary>
    public uint Latency;
    public uint ClientRtt;
    public uint ServerRtt;
    public uint Application;
    public uint Transfer;
    public uint Queue;
    public uint Connect;

    /// <summary>A difference of two moments as a part: negative ones are 0.</summary>
    public static uint Span(long us) => (uint)Math.Clamp(us, 0, uint.MaxValue);
}
