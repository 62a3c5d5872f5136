namespace Weft.Model.Policies;

/// <summary>What is called. Every list that is present must hold; "not" lists hold when nothing in them matches.</summary>
public sealed record AuthorizationOperation
{
    public IReadOnlyList<string> Methods { get; init; } = [];

    public IReadOnlyList<string> NotMethods { get; init; } = [];

    /// <summary>Canonical paths, "*", or a text with "*" at its beginning or end.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    public IReadOnlyList<string> NotPaths { get; init; } = [];

    /// <summary>Ports of the service, as callers use them.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    public IReadOnlyList<int> NotPorts { get; init; } = [];
}
