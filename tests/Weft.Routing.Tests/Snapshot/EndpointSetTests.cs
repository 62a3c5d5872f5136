using Weft.Contracts.Mesh;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests.Snapshot;

public sealed class EndpointSetTests
{
    [Theory]
    [InlineData("HHH", "012", false, false)]
    [InlineData("HUH", "02", false, false)]
    [InlineData("HU", "0", false, false)]
    [InlineData("HUU", "012", true, false)]
    [InlineData("UU", "01", true, false)]
    [InlineData("?U", "0", false, false)]
    [InlineData("HDD", "0", false, false)]
    [InlineData("UD", "0", true, false)]
    [InlineData("DD", "01", false, true)]
    [InlineData("", "", false, false)]
    public void Health_decides_who_is_used(string health, string usable, bool panic, bool drainingOnly)
    {
        Health[] states = [.. health.Select(c => c switch { 'H' => Health.Healthy, 'U' => Health.Unhealthy, 'D' => Health.Draining, _ => Health.Unknown })];
        MeshSnapshot mesh = Meshes.Build(
            Meshes.Raw(Meshes.Service(Meshes.Own)),
            Meshes.Raw(Meshes.Endpoints(Meshes.Own, states.Length, (i, e) => e.Health = states[i])));
        Assert.True(mesh.TryGetService(Meshes.Own, out ServiceView? service));
        EndpointSet set = service.Endpoints;
        Assert.Equal(usable, string.Concat(set.Usable.ToArray()));
        Assert.Equal(panic, set.IsPanic);
        Assert.Equal(drainingOnly, set.IsDrainingOnly);
    }

    [Theory]
    [InlineData("HUUU", 50, "0123", true)]
    [InlineData("HUUU", 25, "0", false)]
    [InlineData("HUUU", 0, "0", false)]
    [InlineData("UU", 0, "", false)]
    [InlineData("UU", 1, "01", true)]
    [InlineData("HHHU", 100, "0123", true)]
    [InlineData("?U", 0, "0", false)]
    public void What_was_found_out_here_counts_for_endpoints_without_a_proxy(string found, int minHealthyPercent, string usable, bool panic)
    {
        SnapshotBuilder builder = new(Meshes.Own);
        Service described = Meshes.Service(Meshes.Own);
        described.HealthCheck = new HealthCheck { MinHealthyPercent = (uint)minHealthyPercent };
        Assert.Null(builder.Put(Meshes.Raw(described)));
        Assert.Null(builder.Put(Meshes.Raw(Meshes.Endpoints(Meshes.Own, found.Length, (_, e) => (e.TunnelPort, e.Identity, e.Health) = (0, "", Health.Unknown)))));
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] != '?')
            {
                builder.Judge(Meshes.Own, $"{Meshes.Own}-{i}", found[i] == 'H' ? Health.Healthy : Health.Unhealthy);
            }
        }

        EndpointSet set = Set(builder);
        Assert.Equal((usable, panic), (string.Concat(set.Usable.ToArray()), set.IsPanic));

        for (int i = 0; i < found.Length; i++)
        {
            builder.Judge(Meshes.Own, $"{Meshes.Own}-{i}", null);
        }

        Assert.Equal(found.Length, Set(builder).Usable.Length);
    }

    [Fact]
    public void What_was_found_out_here_counts_for_nothing_where_a_proxy_reports_or_nobody_checks()
    {
        SnapshotBuilder builder = new(Meshes.Own);
        Service described = Meshes.Service(Meshes.Own);
        described.HealthCheck = new HealthCheck();
        Assert.Null(builder.Put(Meshes.Raw(described)));
        Assert.Null(builder.Put(Meshes.Raw(Meshes.Endpoints(Meshes.Own, 2, (i, e) => e.TunnelPort = i == 0 ? e.TunnelPort : 0))));
        builder.Judge(Meshes.Own, Meshes.Own + "-0", Health.Unhealthy);
        builder.Judge(Meshes.Own, Meshes.Own + "-1", Health.Unhealthy);
        Assert.Equal([Health.Healthy, Health.Unhealthy], Set(builder).Endpoints.ToArray().Select(e => e.Health));
        Assert.Null(builder.Put(Meshes.Raw(Meshes.Service(Meshes.Own))));
        Assert.Equal([Health.Healthy, Health.Healthy], Set(builder).Endpoints.ToArray().Select(e => e.Health));
    }

    private static EndpointSet Set(SnapshotBuilder builder)
    {
        Assert.True(builder.Build(1).Snapshot.TryGetService(Meshes.Own, out ServiceView? service));
        return service.Endpoints;
    }
}
