namespace Weft.Model.Policies;

/// <summary>Matches when one of the sources and one of the operations match; an empty list stands for anything.</summary>
public sealed record AuthorizationRule(IReadOnlyList<AuthorizationSource> From, IReadOnlyList<AuthorizationOperation> To);
