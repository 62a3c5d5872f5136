using Weft.Routing.Snapshot;

namespace Weft.Routing.Balancing;

/// <summary>
/// The live figures of one service's endpoints on one event loop, in the order of its <see cref="EndpointSet"/>. Aligned with the newest
/// snapshot before each choice; figures of endpoints that stay are kept. Not thread-safe.
/// </summary>
public sealed class EndpointLoads
{
    /// <summary>Latency that is assumed of the first endpoints of a service, before any answer.</summary>
    private const double FirstLatencyUs = 1_000;

    private readonly Aperture _aperture;
    private EndpointLoad[] _loads = [];
    private OutlierSettings _outlier = OutlierSettings.Default;

    public EndpointLoads()
        : this((ulong)Random.Shared.NextInt64())
    {
    }

    /// <param name="seed">Decides which part of a service with very many endpoints is used here.</param>
    internal EndpointLoads(ulong seed) => _aperture = new Aperture(seed);

    public EndpointSet Set { get; private set; } = EndpointSet.Empty;

    public ReadOnlySpan<EndpointLoad> Loads => _loads;

    internal int Cursor { get; set; }

    /// <summary>Takes over the endpoints and settings of the service; costs one comparison when nothing changed.</summary>
    public void Align(ServiceView service, long nowUs)
    {
        _outlier = service.Outlier;
        if (!ReferenceEquals(service.Endpoints, Set))
        {
            Replace(service.Endpoints, nowUs);
        }
    }

    /// <summary>Chooses an endpoint that was not tried yet, or null when there is none.</summary>
    /// <param name="balancing">How.</param>
    /// <param name="tried">What this exchange tried before.</param>
    /// <param name="random">Uniform over all 64 bits.</param>
    /// <param name="nowUs">Now, in microseconds.</param>
    public EndpointLoad? Pick(Contracts.Mesh.Balancing balancing, in TriedEndpoints tried, ulong random, long nowUs)
        => balancing == Contracts.Mesh.Balancing.RoundRobin
            ? RoundRobinPicker.Pick(this, tried, nowUs)
            : PeakEwmaPicker.Pick(this, tried, random, nowUs);

    /// <summary>The endpoint failed: no connection, a reset, a timeout, or an answer that means it cannot serve. May eject it.</summary>
    /// <returns>Whether this failure ejected it.</returns>
    public bool OnFailure(EndpointLoad load, long nowUs)
    {
        load.CountFailure(nowUs);
        if (load.IsEjected(nowUs) || !OutlierRule.ShouldEject(_outlier, load.ConsecutiveFailures, CountEjected(nowUs), _loads.Length))
        {
            return false;
        }

        load.Eject(nowUs + OutlierRule.EjectionUs(_outlier, load.EjectionsInRow));
        return true;
    }

    public int CountEjected(long nowUs)
    {
        int ejected = 0;
        foreach (EndpointLoad load in _loads)
        {
            ejected += load.IsEjected(nowUs) ? 1 : 0;
        }

        return ejected;
    }

    /// <summary>The endpoints to choose from, by their index in the set: the usable ones, or of very many a part that this loop's traffic fills.</summary>
    internal ReadOnlySpan<int> Candidates(long nowUs) => _aperture.Of(nowUs);

    private void Replace(EndpointSet next, long nowUs)
    {
        Dictionary<string, EndpointLoad> known = new(_loads.Length, StringComparer.Ordinal);
        double sum = 0;
        foreach (EndpointLoad load in _loads)
        {
            known[load.Endpoint.Key] = load;
            sum += load.LatencyUs(nowUs);
        }

        // A newcomer starts with the average of the others: neither flooded as the fastest nor avoided as the slowest.
        double start = _loads.Length == 0 ? FirstLatencyUs : sum / _loads.Length;
        EndpointLoad[] loads = new EndpointLoad[next.Count];
        for (int i = 0; i < loads.Length; i++)
        {
            EndpointView endpoint = next.Endpoints[i];
            if (known.TryGetValue(endpoint.Key, out EndpointLoad? load))
            {
                load.Endpoint = endpoint;
            }
            else
            {
                load = new EndpointLoad(endpoint, _aperture, start, nowUs);
            }

            loads[i] = load;
        }

        (_loads, Set) = (loads, next);
        _aperture.Align(next);

        // Proxies that learn of the same endpoints do not all begin with the same one.
        Cursor = next.Usable.IsEmpty ? 0 : (int)((ulong)nowUs % (ulong)next.Usable.Length);
    }
}
