using Microsoft.Extensions.Hosting;

namespace Weft.ControlPlane;

/// <summary>Lifetime of a web host inside the server: <see cref="ServerHost"/> alone listens to signals and says when to stop.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
