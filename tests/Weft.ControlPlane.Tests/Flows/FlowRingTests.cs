using Weft.Contracts.Flow;
using Weft.ControlPlane.Flows;
using Xunit;

namespace Weft.ControlPlane.Tests.Flows;

public sealed class FlowRingTests
{
    /// <summary>Twin: what a ring of a list would find, whatever comes and goes.</summary>
    [Fact]
    public void Records_are_found_by_request_and_trace_as_long_as_they_are_among_the_newest()
    {
        const int Max = 50;
        Random random = new(3);
        FlowRing ring = new(Max, long.MaxValue);
        List<(string Request, byte Trace, byte[] Packed)> twin = [];
        for (int i = 0; i < 2_000; i++)
        {
            // Some have no name of a kind.
            string request = random.Next(12) is > 0 and int number ? "request-" + number : "";
            byte trace = (byte)random.Next(9);
            byte[] packed = BitConverter.GetBytes(i);
            ring.Add(new FlowRecord { RequestId = request, TraceId = TraceOf(trace) }, packed);
            twin.Add((request, trace, packed));
            twin.RemoveRange(0, Math.Max(0, twin.Count - Max));
            string asked = "request-" + random.Next(1, 12);
            byte askedTrace = (byte)random.Next(1, 9);
            Assert.Equal(twin.Where(item => item.Request == asked).Select(static item => item.Packed), ring.OfRequest(asked));
            Assert.Equal(twin.Where(item => item.Trace == askedTrace).Select(static item => item.Packed), ring.OfTrace(Convert.ToHexStringLower(TraceOf(askedTrace))));
            Assert.Equal(twin.Select(static item => item.Packed), ring.All());
        }

        Assert.Equal(Max * sizeof(int), ring.Bytes);
        Assert.Empty(ring.OfRequest(""));
    }

    [Fact]
    public void The_oldest_go_when_the_bytes_run_out()
    {
        FlowRing ring = new(100, 10);
        for (int i = 0; i < 5; i++)
        {
            ring.Add(new FlowRecord { RequestId = "r" + i }, new byte[4]);
        }

        Assert.Equal(2, ring.Count);
        Assert.Empty(ring.OfRequest("r2"));
        Assert.Single(ring.OfRequest("r3"));
    }

    private static byte[] TraceOf(byte number) => number == 0 ? [] : [.. Enumerable.Repeat(number, 16)];
}
