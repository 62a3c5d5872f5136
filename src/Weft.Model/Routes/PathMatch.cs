namespace Weft.Model.Routes;

/// <summary>A condition on the path. A prefix matches whole segments.</summary>
public sealed record PathMatch(PathMatchType Type, string Value)
{
    /// <summary>What a match without a path means: every path.</summary>
    public static PathMatch Any { get; } = new(PathMatchType.PathPrefix, "/");
}
