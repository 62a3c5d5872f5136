using Weft.Contracts.Mesh;

namespace Weft.Routing.Snapshot;

/// <summary>The endpoints of one service and which of them may be used by what the control plane knows of their health.</summary>
public sealed class EndpointSet
{
    private readonly EndpointView[] _endpoints;
    private readonly int[] _usable;

    internal EndpointSet(EndpointView[] endpoints)
    {
        _endpoints = endpoints;
        int serving = endpoints.Count(e => e.Health != Health.Draining);
        int healthy = endpoints.Count(e => IsHealthy(e));
        IsDrainingOnly = serving == 0 && endpoints.Length > 0;

        // Health reports that call most of a service dead are more likely wrong than right, and using fewer than half
        // would push the load of all onto the rest.
        IsPanic = serving > 0 && healthy * 2 < serving;
        _usable = [.. Enumerable.Range(0, endpoints.Length).Where(i => IsDrainingOnly
            || (IsPanic ? endpoints[i].Health != Health.Draining : IsHealthy(endpoints[i])))];
        HasEqualWeights = endpoints.All(e => e.Weight == endpoints[0].Weight);
    }

    public static EndpointSet Empty { get; } = new([]);

    public ReadOnlySpan<EndpointView> Endpoints => _endpoints;

    public int Count => _endpoints.Length;

    /// <summary>Indices of the endpoints that may be used; empty only when there are no endpoints.</summary>
    public ReadOnlySpan<int> Usable => _usable;

    /// <summary>Fewer than half are healthy, so all that are not draining are used.</summary>
    public bool IsPanic { get; }

    /// <summary>Every endpoint is draining; they are used because nothing else is left.</summary>
    public bool IsDrainingOnly { get; }

    internal bool HasEqualWeights { get; }

    // An endpoint that nobody has checked yet counts as healthy: it would never get a first request otherwise.
    private static bool IsHealthy(EndpointView endpoint) => endpoint.Health is Health.Healthy or Health.Unknown;
}
