namespace Weft.Cli.Commands;

/// <summary>Answer of <c>weft certs trust -o json</c>.</summary>
internal sealed record TrustDocument
{
    public string ApiVersion { get; init; } = "weft.mesh/v1";
    public string Kind { get; init; } = "Trust";
    public required string TrustDomain { get; init; }

    /// <summary>Fingerprint of the root, as join tokens carry it.</summary>
    public required string Pin { get; init; }

    /// <summary>PEM certificates, one after the other.</summary>
    public required string RootsPem { get; init; }
}
