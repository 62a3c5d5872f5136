namespace Weft.Model.Policies;

/// <summary>Who calls. Every list that is present must hold; "not" lists hold when nothing in them matches.</summary>
public sealed record AuthorizationSource
{
    /// <summary>SPIFFE IDs, "*", or a text with "*" at its beginning or end.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    public IReadOnlyList<string> NotIdentities { get; init; } = [];

    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public IReadOnlyList<string> NotNamespaces { get; init; } = [];
}
