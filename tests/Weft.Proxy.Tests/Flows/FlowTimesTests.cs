using CsCheck;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Xunit;

namespace Weft.Proxy.Tests.Flows;

public sealed class FlowTimesTests
{
    [Fact]
    public void Parts_of_an_exchange_add_up_to_its_total()
    {
        FlowTimes times = default;
        times.Begin();
        times.Leased(waitedUs: 3_000, dialUs: 2_000);
        FlowParts parts = times.Make(startedUs: 10_000, sentUs: 13_000, answeredUs: 63_000, endedUs: 70_000, new RoundTrip(500, 400), new RoundTrip(10_000, 10_000));
        Assert.Equal((60_000u, 400u, 10_000u, 40_000u, 7_000u, 1_000u, 2_000u), (parts.Total, parts.ClientRtt, parts.ServerRtt, parts.Application, parts.Transfer, parts.Queue, parts.Connect));
        Assert.Equal(parts.Total, parts.ServerRtt + parts.Application + parts.Transfer + parts.Queue + parts.Connect);
    }

    [Fact]
    public void A_body_on_its_way_up_is_transfer_and_not_the_application()
    {
        FlowTimes times = default;
        times.UploadedUs = 50_000;
        FlowParts parts = times.Make(startedUs: 1_000, sentUs: 1_000, answeredUs: 60_000, endedUs: 61_000, default, default);
        Assert.Equal((10_000u, 50_000u), (parts.Application, parts.Transfer));
    }

    [Fact]
    public void A_stream_that_is_answered_before_its_body_ends_waited_only_for_the_answer()
    {
        FlowTimes times = default;
        times.UploadedUs = 90_000;
        FlowParts parts = times.Make(startedUs: 1_000, sentUs: 1_000, answeredUs: 6_000, endedUs: 100_000, default, default);
        Assert.Equal((5_000u, 94_000u), (parts.Application, parts.Transfer));
    }

    [Fact]
    public void Without_a_lease_there_is_only_waiting()
    {
        FlowTimes times = default;
        times.Leased(waitedUs: 2_000_000, dialUs: 2_000_000);
        FlowParts parts = times.Make(startedUs: 0, sentUs: 0, answeredUs: 0, endedUs: 2_000_000, default, default);
        Assert.Equal((2_000_000u, 2_000_000u, 0u, 0u), (parts.Total, parts.Connect, parts.Application, parts.Transfer));
    }

    [Theory]
    [InlineData(100, 90, 5_000, 100)] // an ordinary connection
    [InlineData(40_100, 100, 200_000, 100)] // an application slower than delayed acknowledgements
    [InlineData(40_100, 100, 41_000, 40_100)] // a network that has become slower, behind a fast application
    [InlineData(40_100, 40_000, 240_000, 40_100)] // a slow network and a slow application
    [InlineData(40_100, 100, 300, 300)] // nothing answers faster than its way there and back
    [InlineData(0, 0, 5_000, 0)] // nothing known
    public void The_round_trip_behind_an_answer_is_the_networks_and_not_a_delayed_acknowledgement(uint smoothed, uint least, long waited, uint expected)
        => Assert.Equal(expected, new RoundTrip(smoothed, least).Estimate(waited));

    [Fact]
    public void Messages_of_gRPC_are_counted_however_their_bytes_are_cut()
        => Gen.Select(Gen.Int[0, 300].Array[0, 8], Gen.Int[1, 40]).Sample((lengths, step) =>
        {
            byte[] all = [.. lengths.SelectMany(static length => (byte[])[0, 0, 0, (byte)(length >> 8), (byte)length, .. new byte[length]])];
            GrpcMessageCount count = default;
            for (int at = 0; at < all.Length; at += step)
            {
                count.Add(all.AsSpan(at, Math.Min(step, all.Length - at)));
            }

            Assert.Equal(lengths.Length, count.Count);
        });
}
