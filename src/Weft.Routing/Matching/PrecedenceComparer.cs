using Weft.Contracts.Mesh;

namespace Weft.Routing.Matching;

/// <summary>
/// Orders rules as the Gateway API asks (HTTPRouteRule, matches): the more specific host name, an exact path, the longest prefix, a
/// method, more header matches, more query matches, the older route, the name, the place in the route. The standard leaves the rank
/// of regular expressions open; here they stand between exact paths and prefixes, so that a prefix "/" does not hide them.
/// </summary>
public sealed class PrecedenceComparer : IComparer<RoutePrecedence>
{
    public static PrecedenceComparer Instance { get; } = new();

    /// <summary>Negative when <paramref name="x"/> is asked before <paramref name="y"/>.</summary>
    public int Compare(RoutePrecedence? x, RoutePrecedence? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        }

        int order = CompareHosts(x.Hostname, y.Hostname);
        order = order != 0 ? order : CompareMatches(x.Match, y.Match);
        order = order != 0 ? order : x.CreatedAt.CompareTo(y.CreatedAt);
        order = order != 0 ? order : string.CompareOrdinal(x.Route, y.Route);
        order = order != 0 ? order : x.RuleNumber.CompareTo(y.RuleNumber);
        return order != 0 ? order : x.MatchNumber.CompareTo(y.MatchNumber);
    }

    private static int CompareHosts(string x, string y)
    {
        int order = HostRank(y).CompareTo(HostRank(x));
        return order != 0 ? order : y.Length.CompareTo(x.Length);
    }

    private static int HostRank(string host) => host.Length == 0 ? 0 : host.StartsWith("*.", StringComparison.Ordinal) ? 1 : 2;

    private static int CompareMatches(RouteMatch? x, RouteMatch? y)
    {
        int order = PathRank(y).CompareTo(PathRank(x));
        order = order != 0 ? order : PathLength(y).CompareTo(PathLength(x));
        order = order != 0 ? order : HasMethod(y).CompareTo(HasMethod(x));
        order = order != 0 ? order : (y?.Headers.Count ?? 0).CompareTo(x?.Headers.Count ?? 0);
        return order != 0 ? order : (y?.Query.Count ?? 0).CompareTo(x?.Query.Count ?? 0);
    }

    private static int PathRank(RouteMatch? match) => match?.Path?.Kind switch
    {
        PathMatchKind.Exact => 2,
        PathMatchKind.Regex => 1,
        _ => 0,
    };

    // A trailing slash does not make a prefix longer: "/foo/" and "/foo" are the same.
    private static int PathLength(RouteMatch? match) => match?.Path?.Kind switch
    {
        PathMatchKind.Prefix => match.Path.Value.TrimEnd('/').Length,
        PathMatchKind.Exact or PathMatchKind.Regex => match.Path.Value.Length,
        _ => 0,
    };

    private static bool HasMethod(RouteMatch? match) => match?.Method.Length > 0;
}
