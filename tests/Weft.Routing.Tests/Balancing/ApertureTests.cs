using Weft.Contracts.Mesh;
using Weft.Routing.Balancing;
using Weft.Routing.Snapshot;
using Xunit;
using BalancingKind = Weft.Contracts.Mesh.Balancing;

namespace Weft.Routing.Tests.Balancing;

/// <summary>Which part of a large service's endpoints a loop uses.</summary>
public sealed class ApertureTests
{
    private const int Many = 10_000;
    private const long Minute = 60_000_000;

    private readonly Random _random = new(7);

    [Fact]
    public void A_service_of_ordinary_size_is_used_whole()
        => Assert.Equal(Aperture.LeastWidth, Used(Loads(Service(Aperture.LeastWidth)), 10_000).Count);

    [Fact]
    public void Light_traffic_keeps_to_a_part_of_very_many()
        => Assert.Equal(Aperture.LeastWidth, Used(Loads(Service(Many)), 20_000).Count);

    [Fact]
    public void The_part_grows_with_the_exchanges_in_flight_and_shrinks_when_they_have_been_few_for_a_while()
    {
        EndpointLoads loads = Loads(Service(Many));
        List<EndpointLoad> open = [];
        for (int i = 0; i < 1_000; i++)
        {
            EndpointLoad load = Pick(loads, 0);
            load.OnStart();
            open.Add(load);
        }

        Assert.All(open, load => Assert.InRange(load.InFlight, 1, 3));
        Assert.InRange(Used(loads, 40_000).Count, 3_000, 4_096);
        open.ForEach(load => load.OnEnd(1_000, 0));
        long now = 0;
        for (int i = 0; i < 7; i++)
        {
            Pick(loads, now += Minute + 1);
        }

        Assert.Equal(Aperture.LeastWidth, Used(loads, 20_000, now).Count);
    }

    [Fact]
    public void An_endpoint_that_comes_or_goes_changes_one_place()
    {
        EndpointLoads loads = Loads(Service(Many));
        HashSet<string> before = Used(loads, 20_000);
        loads.Align(Service(Many + 1), 0);
        HashSet<string> after = Used(loads, 20_000);
        Assert.InRange(before.Except(after).Count(), 0, 1);
        loads.Align(Service(Many - 1), 0);
        Assert.InRange(before.Except(Used(loads, 20_000)).Count(), 0, 2);
    }

    [Fact]
    public void Loops_share_the_endpoints_out_among_themselves()
    {
        ServiceView service = Service(1_000);
        Dictionary<string, int> uses = [];
        for (ulong seed = 1; seed <= 200; seed++)
        {
            EndpointLoads loads = new(seed * 0x9E3779B97F4A7C15);
            loads.Align(service, 0);
            foreach (int index in loads.Candidates(0))
            {
                string key = service.Endpoints.Endpoints[index].Key;
                uses[key] = uses.GetValueOrDefault(key) + 1;
            }
        }

        // 25.6 each on average; five standard deviations are 24.
        Assert.Equal(1_000, uses.Count);
        Assert.InRange(uses.Values.Max(), 26, 50);
        Assert.InRange(uses.Values.Min(), 3, 26);
    }

    [Fact]
    public void When_the_whole_part_is_ejected_another_endpoint_is_found()
    {
        EndpointLoads loads = Loads(Service(Many));
        HashSet<string> part = [];
        foreach (int index in loads.Candidates(0))
        {
            EndpointLoad load = loads.Loads[index];
            part.Add(load.Endpoint.Key);
            load.Eject(Minute);
        }

        Assert.DoesNotContain(Pick(loads, 0).Endpoint.Key, part);
    }

    [Fact]
    public void Choosing_among_very_many_allocates_nothing()
    {
        EndpointLoads loads = Loads(Service(Many));
        Pick(loads, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            Pick(loads, i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static EndpointLoads Loads(ServiceView service)
    {
        EndpointLoads loads = new(seed: 1);
        loads.Align(service, 0);
        return loads;
    }

    private HashSet<string> Used(EndpointLoads loads, int picks, long nowUs = 0)
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        for (int i = 0; i < picks; i++)
        {
            used.Add(Pick(loads, nowUs).Endpoint.Key);
        }

        return used;
    }

    private EndpointLoad Pick(EndpointLoads loads, long nowUs)
        => loads.Pick(BalancingKind.PeakEwma, default, (ulong)_random.NextInt64(long.MinValue, long.MaxValue), nowUs)!;

    private static ServiceView Service(int endpoints)
    {
        MeshSnapshot mesh = Meshes.Build(Meshes.Raw(Meshes.Service(Meshes.Own)), Meshes.Raw(Meshes.Endpoints(Meshes.Own, endpoints, null)));
        Assert.True(mesh.TryGetService(Meshes.Own, out ServiceView? service));
        return service;
    }
}
