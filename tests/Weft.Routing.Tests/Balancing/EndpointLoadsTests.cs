using CsCheck;
using Weft.Contracts.Mesh;
using Weft.Routing.Balancing;
using Weft.Routing.Snapshot;
using Xunit;
using BalancingKind = Weft.Contracts.Mesh.Balancing;

namespace Weft.Routing.Tests.Balancing;

public sealed class EndpointLoadsTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Figures_survive_a_new_snapshot()
    {
        EndpointLoads loads = new();
        loads.Align(Service(3), 0);
        EndpointLoad first = loads.Loads[0];
        first.OnStart();
        first.OnEnd(20_000, 0);

        loads.Align(Service(5, (_, e) => e.Labels["v"] = "2"), 0);
        Assert.Same(first, loads.Loads[0]);
        Assert.Equal("2", first.Endpoint.Labels["v"]);
        Assert.Equal(20_000, first.LatencyUs(0));
    }

    [Fact]
    public void Aligning_with_the_same_endpoints_allocates_nothing()
    {
        ServiceView service = Service(3);
        EndpointLoads loads = new();
        loads.Align(service, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        loads.Align(service, 1);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_newcomer_starts_with_the_average_of_the_others()
    {
        EndpointLoads loads = new();
        loads.Align(Service(2), 0);
        foreach ((EndpointLoad load, int latency) in loads.Loads.ToArray().Zip([10_000, 30_000]))
        {
            load.OnStart();
            load.OnEnd(latency, 0);
        }

        loads.Align(Service(3), 0);
        Assert.Equal(20_000, loads.Loads[2].LatencyUs(0));
    }

    [Fact]
    public void Latency_follows_a_peak_at_once_and_forgets_it_slowly()
    {
        EndpointLoads loads = new();
        loads.Align(Service(1), 0);
        EndpointLoad load = loads.Loads[0];
        Observe(load, 500_000, 0);
        Assert.Equal(500_000, load.LatencyUs(0));
        Observe(load, 1_000, Second);
        Assert.InRange(load.LatencyUs(Second), 300_000, 400_000);
        Assert.InRange(load.LatencyUs(20 * Second), 1, 5_000);
    }

    [Fact]
    public void Time_that_stands_still_or_goes_back_does_no_harm()
    {
        EndpointLoads loads = new();
        loads.Align(Service(1), 10 * Second);
        Observe(loads.Loads[0], 1_000, 5 * Second);
        Assert.True(double.IsFinite(loads.Loads[0].Cost(0)));
    }

    [Fact]
    public void Five_failures_in_a_row_eject_and_the_ejections_get_longer()
    {
        EndpointLoads loads = new();
        loads.Align(Service(4), 0);
        EndpointLoad load = loads.Loads[0];
        Assert.Equal([false, false, false, false, true], Enumerable.Range(0, 5).Select(_ => Fail(loads, load, 0)));
        Assert.True(load.IsEjected((10 * Second) - 1));
        Assert.False(load.IsEjected(10 * Second));

        Assert.True(Enumerable.Range(0, 5).Select(_ => Fail(loads, load, 10 * Second)).ToArray()[^1]);
        Assert.Equal(30 * Second, load.EjectedUntilUs);

        Observe(load, 1_000, 30 * Second);
        Assert.True(Enumerable.Range(0, 5).Select(_ => Fail(loads, load, 30 * Second)).ToArray()[^1]);
        Assert.Equal(40 * Second, load.EjectedUntilUs);
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew()
    {
        EndpointLoads loads = new();
        loads.Align(Service(4), 0);
        EndpointLoad load = loads.Loads[0];
        for (int i = 0; i < 20; i++)
        {
            Assert.False(Fail(loads, load, 0));
            if (i % 4 == 3)
            {
                Observe(load, 1_000, 0);
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void No_more_than_half_are_ejected(int endpoints, int expected)
    {
        EndpointLoads loads = new();
        loads.Align(Service(endpoints), 0);
        foreach (EndpointLoad load in loads.Loads.ToArray())
        {
            for (int i = 0; i < 10; i++)
            {
                Fail(loads, load, 0);
            }
        }

        Assert.Equal(expected, loads.CountEjected(0));
    }

    [Fact]
    public void The_length_of_an_ejection_is_bounded()
        => Gen.Select(Gen.Int[1, 24 * 3600 * 1000], Gen.Int[0, int.MaxValue]).Sample((ms, row) =>
            Assert.InRange(OutlierRule.EjectionUs(new OutlierSettings(1, ms, 50), row), 1_000, OutlierRule.MaxEjectionMs * 1_000L));

    [Theory]
    [InlineData(BalancingKind.RoundRobin)]
    [InlineData(BalancingKind.PeakEwma)]
    public void Each_endpoint_is_tried_once_and_ejected_ones_last(BalancingKind balancing)
        => Gen.Select(Gen.Int[1, 4], Gen.ULong.Array[4], Gen.Int[0, 3]).Sample((count, random, ejected) =>
        {
            EndpointLoads loads = new();
            loads.Align(Service(count), 0);
            if (ejected < count)
            {
                loads.Loads[ejected].Eject(Second);
            }

            TriedEndpoints tried = default;
            List<EndpointLoad> order = [];
            while (loads.Pick(balancing, tried, random[order.Count % 4], 0) is { } load)
            {
                order.Add(load);
                tried.Add(load);
            }

            Assert.Equal(count, order.Distinct().Count());
            Assert.Equal(count, order.Count);
            if (ejected < count)
            {
                Assert.Same(loads.Loads[ejected], order[^1]);
            }
        }, iter: 1_000);

    [Theory]
    [InlineData(BalancingKind.RoundRobin)]
    [InlineData(BalancingKind.PeakEwma)]
    public void A_service_without_endpoints_gives_none(BalancingKind balancing)
    {
        EndpointLoads loads = new();
        loads.Align(Service(0), 0);
        Assert.Null(loads.Pick(balancing, default, 1, 0));
    }

    [Fact]
    public void Round_robin_takes_turns()
    {
        EndpointLoads loads = new();
        loads.Align(Service(3), 0);
        string[] order = [.. Enumerable.Range(0, 6).Select(_ => loads.Pick(BalancingKind.RoundRobin, default, 0, 0)!.Endpoint.Key)];
        Assert.Equal(3, order.Distinct().Count());
        Assert.Equal(order[..3], order[3..]);
    }

    [Fact]
    public void Round_robin_gives_each_its_share_of_the_weights_without_bursts()
    {
        EndpointLoads loads = new();
        loads.Align(Service(3, (i, e) => e.Weight = (uint)(5 >> i)), 0);
        List<int> order = [.. Enumerable.Range(0, 80).Select(_ => loads.Loads.IndexOf(loads.Pick(BalancingKind.RoundRobin, default, 0, 0)!))];
        Assert.Equal([50, 20, 10], order.CountBy(i => i).OrderBy(c => c.Key).Select(c => c.Value));
        Assert.DoesNotContain("0000", string.Concat(order), StringComparison.Ordinal);
    }

    [Fact]
    public void Peak_ewma_prefers_the_endpoint_that_answers_faster()
    {
        EndpointLoads loads = new();
        loads.Align(Service(4), 0);
        for (int i = 0; i < 4; i++)
        {
            Observe(loads.Loads[i], i == 0 ? 100_000 : 1_000, 0);
        }

        int[] counts = Simulate(loads, 4_000);
        Assert.True(counts[0] < 50, $"the slow endpoint got {counts[0]} of 4000");
        Assert.All(counts[1..], c => Assert.True(c > 800, $"a fast endpoint got only {c}"));
    }

    [Fact]
    public void Peak_ewma_counts_what_is_in_flight()
    {
        EndpointLoads loads = new();
        loads.Align(Service(2), 0);
        for (int i = 0; i < 10; i++)
        {
            loads.Loads[0].OnStart();
        }

        Assert.All(Enumerable.Range(0, 100), i => Assert.Same(loads.Loads[1], loads.Pick(BalancingKind.PeakEwma, default, (ulong)i * 0x9e3779b97f4a7c15, 0)));
    }

    [Fact]
    public void An_endpoint_that_fails_fast_does_not_look_fast()
    {
        EndpointLoads loads = new();
        loads.Align(Service(2), 0);
        Observe(loads.Loads[1], 5_000, 0);
        Fail(loads, loads.Loads[0], 0);
        Assert.True(loads.Loads[0].Cost(0) > loads.Loads[1].Cost(0));
    }

    [Fact]
    public void Weighted_choice_keeps_to_the_shares()
    {
        WeightedChoice choice = new([90, 0, 10]);
        Random random = new(7);
        int[] counts = new int[3];
        for (int i = 0; i < 5_000; i++)
        {
            counts[choice.Choose((ulong)random.NextInt64(long.MinValue, long.MaxValue))]++;
        }

        Assert.Equal(0, counts[1]);
        Assert.InRange(counts[2], 400, 600);
    }

    [Fact]
    public void Weighted_choice_never_chooses_weight_zero()
        => Gen.Select(Gen.Int[0, 3].Array[0, 5], Gen.OneOf(Gen.ULong, Gen.Const(ulong.MaxValue), Gen.Const(0ul))).Sample((weights, random) =>
        {
            int chosen = new WeightedChoice(weights).Choose(random);
            Assert.True(weights.Sum() == 0 ? chosen == -1 : weights[chosen] > 0);
        });

    private static int[] Simulate(EndpointLoads loads, int picks)
    {
        Random random = new(11);
        int[] counts = new int[loads.Loads.Length];
        for (int i = 0; i < picks; i++)
        {
            counts[loads.Loads.IndexOf(loads.Pick(BalancingKind.PeakEwma, default, (ulong)random.NextInt64(long.MinValue, long.MaxValue), 0)!)]++;
        }

        return counts;
    }

    private static void Observe(EndpointLoad load, long latencyUs, long nowUs)
    {
        load.OnStart();
        load.OnEnd(latencyUs, nowUs);
    }

    private static bool Fail(EndpointLoads loads, EndpointLoad load, long nowUs)
    {
        load.OnStart();
        return loads.OnFailure(load, nowUs);
    }

    private static ServiceView Service(int endpoints, Action<int, Endpoint>? change = null)
    {
        MeshSnapshot mesh = Meshes.Build(Meshes.Raw(Meshes.Service(Meshes.Own)), Meshes.Raw(Meshes.Endpoints(Meshes.Own, endpoints, change)));
        Assert.True(mesh.TryGetService(Meshes.Own, out ServiceView? service));
        return service;
    }
}
