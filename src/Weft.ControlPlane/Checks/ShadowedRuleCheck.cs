using System.Globalization;
using Weft.Model;
using Weft.Model.Reading;
using Weft.Model.Routes;

namespace Weft.ControlPlane.Checks;

/// <summary>
/// A match that another one has exactly, for the same service, port and hosts, never gets a request: of equal matches the first rule of the
/// first route by name wins (Gateway API, precedence). Less specific matches lose by precedence and shadow nothing.
/// </summary>
internal sealed class ShadowedRuleCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        Dictionary<(NamespacedName Service, int? Port, string Host, string Match), (Resource Route, int Rule)> taken = [];
        foreach ((Resource route, RouteSpec spec) in context.Model.AllRoutes().OrderBy(pair => pair.Resource.Key))
        {
            for (int i = 0; i < spec.CommonRules.Count; i++)
            {
                IReadOnlyList<string> matches = MatchTexts(spec.CommonRules[i]);
                for (int j = 0; j < matches.Count; j++)
                {
                    Check(context, taken, (route, spec), (i, j), matches[j]);
                }
            }
        }
    }

    private static void Check(
        CheckContext context,
        Dictionary<(NamespacedName, int?, string, string), (Resource Route, int Rule)> taken,
        (Resource Resource, RouteSpec Spec) route,
        (int Rule, int Match) index,
        string match)
    {
        (Resource Route, int Rule)? winner = null;
        bool reachable = false;
        foreach (ParentRef parent in route.Spec.ParentRefs)
        {
            foreach (string host in route.Spec.Hostnames.DefaultIfEmpty("*"))
            {
                (NamespacedName, int?, string, string) key = (parent.Service, parent.Port, host, match);
                if (taken.TryGetValue(key, out (Resource Route, int Rule) other))
                {
                    winner = other;
                }
                else
                {
                    taken.Add(key, (route.Resource, index.Rule));
                    reachable = true;
                }
            }
        }

        if (!reachable && winner is { } first && (first.Route != route.Resource || first.Rule != index.Rule))
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"spec.rules[{index.Rule}].matches[{index.Match}]");
            string where = first.Route == route.Resource ? $"rule {first.Rule} of the same route" : $"rule {first.Rule} of {first.Route}";
            context.Warn(FindingCodes.ShadowedRule, route.Resource, path, "has a match that never gets a request",
                $"{where} has exactly the same match and goes first", null, "remove one of the two, or make this one more specific");
        }
    }

    private static IReadOnlyList<string> MatchTexts(RouteRuleSpec rule) => rule switch
    {
        HttpRouteRule http => [.. http.Matches.Select(TextOf)],
        GrpcRouteRule grpc => [.. grpc.Matches.Select(TextOf)],
        TlsRouteRule => ["tls"],
        _ => [],
    };

    private static string TextOf(HttpMatch match)
        => string.Join('\n', "http", match.Path.Type, match.Path.Value, match.Method, TextOf(match.Headers), "?", TextOf(match.QueryParams));

    private static string TextOf(GrpcMatch match) => string.Join('\n', "grpc", match.MethodType, match.Service, match.Method, TextOf(match.Headers));

    private static string TextOf(IReadOnlyList<ValueMatch> values)
        => string.Join('\n', values.Select(value => $"{value.Name}\t{value.Type}\t{value.Value}").Order(StringComparer.Ordinal));
}
