using Weft.Bench.Contenders;
using Weft.Bench.Measuring;
using Weft.Bench.Reporting;
using Xunit;

namespace Weft.Samples.Tests.Bench;

public sealed class ComparisonTests
{
    private static readonly Row s_direct = new() { Contender = "no proxy", Role = Role.None, P50Us = 100, P99Us = 200 };
    private static readonly Row s_nginx = new() { Contender = "nginx", Role = Role.Peer, CpuUs = 40, P50Us = 200, P99Us = 1_000 };
    private static readonly Row s_haproxy = new() { Contender = "HAProxy, HTTP/2 between", Role = Role.Peer, CpuUs = 20, P50Us = 300, P99Us = 600 };
    private static readonly Row s_weft = new() { Contender = "weft-proxy", Role = Role.Weft, CpuUs = 15, P50Us = 150, P99Us = 400 };
    private static readonly Row s_yarp = new() { Contender = "YARP", Role = Role.Other, CpuUs = 10 };

    [Fact]
    public void The_best_peer_is_the_cheapest_of_the_c_proxies_and_nobody_else()
        => Assert.Equal("HAProxy, HTTP/2 between", Compare(s_direct, s_nginx, s_haproxy, s_weft, s_yarp).BestPeer?.Contender);

    [Fact]
    public void Goals_are_reached_against_whom_they_name()
    {
        Comparison comparison = Compare(s_direct, s_nginx, s_haproxy, s_weft, s_yarp);
        Assert.Equal(0.75, comparison.Reached(new Goal(Against.BestPeer, 1)));
        Assert.Equal(0.375, comparison.Reached(new Goal(Against.Nginx, 1)));
        Assert.Equal(1.5, comparison.Reached(new Goal(Against.Other, 1)));
    }

    [Fact]
    public void Added_latency_is_without_that_of_the_origin_and_has_a_best_peer_of_its_own()
    {
        Comparison comparison = Compare(s_direct, s_nginx, s_haproxy, s_weft);
        Assert.Equal(0.5, comparison.Reached(new Goal(Against.BestPeer, 1, Figure.AddedP50)));
        Assert.Equal(0.5, comparison.Reached(new Goal(Against.BestPeer, 1, Figure.AddedP99)));
    }

    [Fact]
    public void What_was_not_measured_is_not_reached()
    {
        Row broken = s_haproxy with { Failure = "does not listen", CpuUs = 0 };
        Assert.Equal(0.375, Compare(s_nginx, broken, s_weft).Reached(new Goal(Against.BestPeer, 1)));
        Assert.Null(Compare(broken, s_weft).Reached(new Goal(Against.BestPeer, 1)));
        Assert.Null(Compare(s_nginx, s_weft).Reached(new Goal(Against.BestPeer, 1, Figure.AddedP50)));
        Assert.Null(Compare(s_nginx).Reached(new Goal(Against.BestPeer, 1)));
    }

    private static Comparison Compare(params Row[] rows) => new(new ScenarioResult("plain", "Plain", Measure.CpuPerRequest, 0, [], rows));
}
