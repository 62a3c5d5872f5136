namespace Weft.Routing.Authorization;

/// <summary>Who is on the other side of an inbound connection, as far as it is proved.</summary>
/// <param name="Identity">The SPIFFE ID of the verified certificate; null for a plain connection.</param>
/// <param name="Namespace">The namespace in that ID; null when it has none.</param>
public readonly record struct PeerContext(string? Identity, string? Namespace)
{
    /// <summary>Nobody in particular: no mutual TLS.</summary>
    public static PeerContext Plain => default;

    public bool IsMutualTls => Identity is not null;
}
