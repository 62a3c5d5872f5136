using Weft.Contracts.Api;

namespace Weft.ControlPlane.Api;

/// <summary>What the API shows of proxies and services. Reads only; safe to call from any thread.</summary>
public interface IMeshView
{
    MeshStatus GetStatus();

    /// <summary>How far a commit has come, at once or after waiting up to <paramref name="wait"/> for it to be done. Null: no such commit.</summary>
    ValueTask<RolloutStatus?> GetRolloutAsync(long commit, TimeSpan wait, CancellationToken stop);

    /// <summary>Sorted by namespace and name.</summary>
    IReadOnlyList<ServiceItem> GetServices();

    /// <summary>What callers found of endpoints without a proxy, sorted by service and endpoint.</summary>
    /// <param name="service">Of this service, "namespace/name"; null: of all.</param>
    /// <param name="caller">As the proxies of this service found; null: all callers.</param>
    IReadOnlyList<CheckItem> GetChecks(string? service, string? caller);
}
