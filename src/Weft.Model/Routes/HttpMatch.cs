namespace Weft.Model.Routes;

/// <summary>Conditions that must all hold.</summary>
public sealed record HttpMatch
{
    public PathMatch Path { get; init; } = PathMatch.Any;

    /// <summary>Null: any method.</summary>
    public string? Method { get; init; }

    public IReadOnlyList<ValueMatch> Headers { get; init; } = [];

    public IReadOnlyList<ValueMatch> QueryParams { get; init; } = [];
}
