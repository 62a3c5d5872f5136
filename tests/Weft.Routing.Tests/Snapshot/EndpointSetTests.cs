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
}
