using Weft.Contracts.Mesh;

namespace Weft.Routing.Snapshot;

/// <summary>The endpoints of one service and which of them may be used by what is known of their health.</summary>
public sealed class EndpointSet
{
    /// <summary>When a smaller share is healthy, all are used, unless the service says otherwise.</summary>
    public const int UsualMinHealthyPercent = 50;

    private readonly EndpointView[] _endpoints;
    private readonly int[] _usable;

    internal EndpointSet(EndpointView[] endpoints, int minHealthyPercent = UsualMinHealthyPercent)
    {
        _endpoints = endpoints;
        int serving = endpoints.Count(e => e.Health != Health.Draining);
        int healthy = endpoints.Count(e => IsHealthy(e));
        IsDrainingOnly = serving == 0 && endpoints.Length > 0;

        // Health reports that call most of a service dead are more likely wrong than right, and using fewer than half
        // would push the load of all onto the rest.
        IsPanic = serving > 0 && IsTooFew(healthy, serving, minHealthyPercent);
        _usable = [.. Enumerable.Range(0, endpoints.Length).Where(i => IsDrainingOnly
            || (IsPanic ? endpoints[i].Health != Health.Draining : IsHealthy(endpoints[i])))];
        HasEqualWeights = endpoints.All(e => e.Weight == endpoints[0].Weight);
    }

    public static EndpointSet Empty { get; } = new([]);

    public ReadOnlySpan<EndpointView> Endpoints => _endpoints;

    public int Count => _endpoints.Length;

    /// <summary>Indices of the endpoints that may be used; empty when there are no endpoints, or none is healthy and the service wants no other.</summary>
    public ReadOnlySpan<int> Usable => _usable;

    /// <summary>Too few are healthy, so all that are not draining are used.</summary>
    public bool IsPanic { get; }

    /// <summary>Every endpoint is draining; they are used because nothing else is left.</summary>
    public bool IsDrainingOnly { get; }

    internal bool HasEqualWeights { get; }

    /// <summary>Whether so few are healthy that all are to be used.</summary>
    /// <param name="healthy">How many are.</param>
    /// <param name="all">Of how many.</param>
    /// <param name="minHealthyPercent">When a smaller share is healthy, all are used.</param>
    public static bool IsTooFew(int healthy, int all, int minHealthyPercent) => (long)healthy * 100 < (long)all * minHealthyPercent;

    /// <summary>The same endpoints with what was found out about the health of those that nobody reports on.</summary>
    /// <param name="found">By <see cref="EndpointView.Key"/>; an endpoint that is not in it keeps its health.</param>
    /// <param name="minHealthyPercent">When a smaller share is healthy, all are used.</param>
    internal EndpointSet With(IReadOnlyDictionary<string, Health> found, int minHealthyPercent)
        => new(
            [.. _endpoints.Select(endpoint => endpoint.IsChecked && found.TryGetValue(endpoint.Key, out Health health) ? endpoint.With(health) : endpoint)],
            minHealthyPercent);

    // An endpoint that nobody has checked yet counts as healthy: it would never get a first request otherwise.
    private static bool IsHealthy(EndpointView endpoint) => endpoint.Health is Health.Healthy or Health.Unknown;
}
