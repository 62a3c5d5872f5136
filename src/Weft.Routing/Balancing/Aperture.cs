using Weft.Routing.Snapshot;

namespace Weft.Routing.Balancing;

/// <summary>
/// The part of a large service's endpoints that one event loop uses. A connection to each of ten thousand endpoints would cost memory, handshakes and
/// health checks on both sides and be used once in a while; so a loop keeps to as many as its own traffic fills, and other loops and proxies keep to others.
/// Each loop has an order of its own over the endpoints (rendezvous hashing), of which it uses the front: an endpoint that comes or goes changes one
/// place. The part grows at once with the exchanges in flight and shrinks slowly.
/// </summary>
internal sealed class Aperture(ulong seed)
{
    /// <summary>Services of up to so many endpoints are used whole, and never fewer than so many of a larger one.</summary>
    internal const int LeastWidth = 128;

    /// <summary>Endpoints per exchange in flight: there is always one that has nothing to do.</summary>
    private const int PerExchange = 4;

    /// <summary>How long fewer must have been enough before half of them are left.</summary>
    private const long ShrinkAfterUs = 60_000_000;

    private int[] _order = [];
    private int _width = LeastWidth;
    private long _neededUs;

    /// <summary>Exchanges in flight on all endpoints of the service.</summary>
    public int InFlight { get; set; }

    /// <summary>Takes over the usable endpoints of a new set.</summary>
    public void Align(EndpointSet set)
    {
        int[] usable = set.Usable.ToArray();
        if (usable.Length > LeastWidth)
        {
            ulong[] ranks = [.. usable.Select(index => Rank(set.Endpoints[index].Key))];
            Array.Sort(ranks, usable);
        }

        _order = usable;
    }

    /// <summary>The endpoints to choose from now, by their index in the set.</summary>
    public ReadOnlySpan<int> Of(long nowUs)
    {
        if (_order.Length <= LeastWidth)
        {
            return _order;
        }

        while (InFlight * PerExchange > _width && _width < _order.Length)
        {
            _width *= 2;
        }

        if (InFlight * PerExchange * 2 > _width)
        {
            _neededUs = nowUs;
        }
        else if (_width > LeastWidth && nowUs - _neededUs > ShrinkAfterUs)
        {
            _width /= 2;
            _neededUs = nowUs;
        }

        return _order.AsSpan(0, Math.Min(_width, _order.Length));
    }

    /// <summary>A number for the endpoint that looks random and is always the same here (FNV-1a, then the finalizer of SplitMix64).</summary>
    private ulong Rank(string key)
    {
        ulong hash = 14695981039346656037 ^ seed;
        foreach (char c in key)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
