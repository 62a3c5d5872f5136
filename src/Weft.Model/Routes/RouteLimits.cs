namespace Weft.Model.Routes;

/// <summary>Sizes that the Gateway API allows.</summary>
internal static class RouteLimits
{
    public const int ParentRefsMax = 32;
    public const int HostnamesMax = 16;
    public const int RulesMax = 16;
    public const int MatchesMax = 64;
    public const int FiltersMax = 16;
    public const int ValueMatchesMax = 16;
    public const int BackendRefsMax = 16;
    public const int HeaderEditsMax = 16;
    public const int WeightMax = 1_000_000;
    public const int PathCharsMax = 1024;
}
