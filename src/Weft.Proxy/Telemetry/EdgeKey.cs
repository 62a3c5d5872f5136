using System.Runtime.InteropServices;
using Weft.Contracts.Session;

namespace Weft.Proxy.Telemetry;

/// <summary>
/// Who talks to whom and how: what all exchanges of one edge of the call graph share. Texts are the ones of the
/// snapshot and of the peer's certificate, so that comparing them mostly ends at the reference.
/// </summary>
internal readonly struct EdgeKey : IEquatable<EdgeKey>
{
    private readonly string? _source;
    private readonly string? _sourceIdentity;
    private readonly string? _destination;
    private readonly string? _destinationIdentity;
    private readonly string? _backend;
    private readonly string? _route;
    private readonly string? _template;
    private readonly string? _destinationVersion;
    private readonly string? _destinationZone;

    public required Direction Direction { get; init; }

    /// <summary>"namespace/service"; empty when the peer is unknown.</summary>
    public string Source { get => _source ?? ""; init => _source = value; }

    /// <summary>SPIFFE ID that the peer proved; empty in plain.</summary>
    public string SourceIdentity { get => _sourceIdentity ?? ""; init => _sourceIdentity = value; }

    /// <summary>"namespace/service", or "ip:port" outside the mesh.</summary>
    public string Destination { get => _destination ?? ""; init => _destination = value; }

    public string DestinationIdentity { get => _destinationIdentity ?? ""; init => _destinationIdentity = value; }

    /// <summary>Service that a route chose; empty when it is the destination.</summary>
    public string Backend { get => _backend ?? ""; init => _backend = value; }

    /// <summary>Name of the route rule; empty without one.</summary>
    public string Route { get => _route ?? ""; init => _route = value; }

    /// <summary>Template of the path; empty without one.</summary>
    public string Template { get => _template ?? ""; init => _template = value; }

    public string DestinationVersion { get => _destinationVersion ?? ""; init => _destinationVersion = value; }

    public string DestinationZone { get => _destinationZone ?? ""; init => _destinationZone = value; }

    public ExchangeProtocol Protocol { get; init; }

    public bool MutualTls { get; init; }

    public bool Equals(EdgeKey other) =>
        Direction == other.Direction && Protocol == other.Protocol && MutualTls == other.MutualTls
        && string.Equals(Destination, other.Destination, StringComparison.Ordinal)
        && string.Equals(Source, other.Source, StringComparison.Ordinal)
        && string.Equals(SourceIdentity, other.SourceIdentity, StringComparison.Ordinal)
        && string.Equals(DestinationIdentity, other.DestinationIdentity, StringComparison.Ordinal)
        && string.Equals(Backend, other.Backend, StringComparison.Ordinal)
        && string.Equals(Route, other.Route, StringComparison.Ordinal)
        && string.Equals(Template, other.Template, StringComparison.Ordinal)
        && string.Equals(DestinationVersion, other.DestinationVersion, StringComparison.Ordinal)
        && string.Equals(DestinationZone, other.DestinationZone, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is EdgeKey other && Equals(other);

    /// <summary>Cheaper than the runtime's keyed hash; a peer cannot choose these texts freely and the table is bounded.</summary>
    public override int GetHashCode()
    {
        ulong hash = ((ulong)Direction << 16) | ((ulong)Protocol << 8) | (MutualTls ? 1UL : 0UL);
        hash = Fold(hash, Destination);
        hash = Fold(hash, Source);
        hash = Fold(hash, SourceIdentity);
        hash = Fold(hash, DestinationIdentity);
        hash = Fold(hash, Backend);
        hash = Fold(hash, Route);
        hash = Fold(hash, Template);
        hash = Fold(hash, DestinationVersion);
        hash = Fold(hash, DestinationZone);
        return (int)(hash ^ (hash >> 32));
    }

    private static ulong Fold(ulong hash, string text)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (ulong)text.Length) * Multiplier;
        ReadOnlySpan<char> rest = text;
        while (rest.Length >= 4)
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(rest))) * Multiplier;
            hash ^= hash >> 29;
            rest = rest[4..];
        }

        foreach (char c in rest)
        {
            hash = (hash ^ c) * Multiplier;
        }

        return hash ^ (hash >> 31);
    }
}
