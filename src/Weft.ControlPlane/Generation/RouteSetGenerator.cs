using System.Text.RegularExpressions;
using Weft.Contracts.Mesh;
using Weft.Model;
using Weft.Model.Routes;
using Weft.Routing.Matching;
using PathMatch = Weft.Contracts.Mesh.PathMatch;
using ValueMatch = Weft.Contracts.Mesh.ValueMatch;

namespace Weft.ControlPlane.Generation;

/// <summary>The rules of all routes that hang on a service, in the order of the Gateway API's precedence.</summary>
internal static class RouteSetGenerator
{
    /// <summary>Null when no route hangs on the service.</summary>
    internal static RouteSet? Generate(NamespacedName service, ModelIndex index, IReadOnlyDictionary<NamespacedName, MeshService> services)
    {
        List<(RoutePrecedence Precedence, RouteRule Rule)> rules = [];
        bool any = false;
        foreach (Resource<HttpRouteSpec> route in index.HttpRoutesOf(service))
        {
            any = true;
            for (int i = 0; i < route.Spec.Rules.Count; i++)
            {
                HttpRouteRule rule = route.Spec.Rules[i];
                RouteRule common = Common(route, i, rule, service, services);
                common.RequestTimeoutMs = ServiceGenerator.Milliseconds(rule.Timeouts?.Request);
                common.BackendTimeoutMs = ServiceGenerator.Milliseconds(rule.Timeouts?.BackendRequest);
                Expand(rules, route, i, common, [.. rule.Matches.Select(ToMatch)]);
            }
        }

        foreach (Resource<GrpcRouteSpec> route in index.GrpcRoutesOf(service))
        {
            any = true;
            for (int i = 0; i < route.Spec.Rules.Count; i++)
            {
                GrpcRouteRule rule = route.Spec.Rules[i];
                Expand(rules, route, i, Common(route, i, rule, service, services), [.. rule.Matches.Select(ToMatch)]);
            }
        }

        foreach (Resource<TlsRouteSpec> route in index.TlsRoutesOf(service))
        {
            any = true;
            for (int i = 0; i < route.Spec.Rules.Count; i++)
            {
                RouteRule common = Common(route, i, route.Spec.Rules[i], service, services);
                common.Tls = true;
                Expand(rules, route, i, common, [new RouteMatch { Path = new PathMatch { Kind = PathMatchKind.Any } }]);
            }
        }

        if (!any)
        {
            return null;
        }

        var message = new RouteSet { Service = service.ToString() };
        message.Rules.AddRange(rules.OrderBy(item => item.Precedence, PrecedenceComparer.Instance).Select(item => item.Rule));
        return message;
    }

    /// <summary>One rule per host name and match, so that each stands where its own precedence puts it.</summary>
    private static void Expand<TSpec>(
        List<(RoutePrecedence Precedence, RouteRule Rule)> rules, Resource<TSpec> route, int number, RouteRule common, RouteMatch[] matches)
        where TSpec : RouteSpec
    {
        IReadOnlyList<string> hostnames = route.Spec.Hostnames.Count == 0 ? [""] : route.Spec.Hostnames;
        foreach (string hostname in hostnames)
        {
            for (int i = 0; i < matches.Length; i++)
            {
                var rule = new RouteRule
                {
                    Name = common.Name,
                    Match = matches[i],
                    Hostnames = hostname.Length == 0 ? [] : [hostname],
                    ParentPorts = common.ParentPorts,
                    RequestEdits = common.RequestEdits,
                    ResponseEdits = common.ResponseEdits,
                    Backends = common.Backends,
                    RequestTimeoutMs = common.RequestTimeoutMs,
                    BackendTimeoutMs = common.BackendTimeoutMs,
                    Tls = common.Tls,
                };

                // Age is not used: an edit would change it, and with it which of two equal rules wins.
                rules.Add((new RoutePrecedence(hostname, matches[i], 0, route.Key.NamespacedName.ToString(), number, i), rule));
            }
        }
    }

    private static RouteRule Common<TSpec>(
        Resource<TSpec> route, int number, RouteRuleSpec rule, NamespacedName service, IReadOnlyDictionary<NamespacedName, MeshService> services)
        where TSpec : RouteSpec
    {
        var message = new RouteRule { Name = FormattableString.Invariant($"{route.Key}/{number}") };
        ParentRef[] parents = [.. route.Spec.ParentRefs.Where(parent => parent.Service == service)];
        if (parents.All(parent => parent.Port is not null))
        {
            message.ParentPorts.AddRange(parents.Select(parent => (uint)parent.Port!.Value).Distinct().Order());
        }

        message.RequestEdits.AddRange(HeaderEdits(rule.RequestHeaders));
        message.ResponseEdits.AddRange(HeaderEdits(rule.ResponseHeaders));
        message.Backends.AddRange(rule.BackendRefs.Select(backend => ToBackend(backend, route.Key.Namespace, services)));
        return message;
    }

    private static Backend ToBackend(BackendRef backend, string routeNamespace, IReadOnlyDictionary<NamespacedName, MeshService> services)
    {
        var message = new Backend
        {
            Service = backend.Service.ToString(),
            Port = (uint)backend.Port,
            Weight = (uint)backend.Weight,
            InvalidReason = Invalid(backend, routeNamespace, services),
        };
        message.RequestEdits.AddRange(HeaderEdits(backend.RequestHeaders));
        return message;
    }

    /// <summary>The reasons of the Gateway API's condition ResolvedRefs.</summary>
    private static string Invalid(BackendRef backend, string routeNamespace, IReadOnlyDictionary<NamespacedName, MeshService> services)
    {
        if (backend.Service.Namespace != routeNamespace)
        {
            return "RefNotPermitted";
        }

        if (!services.TryGetValue(backend.Service, out MeshService? service))
        {
            return "BackendNotFound";
        }

        return service.Ports.Count == 0 || service.Ports.Any(port => port.Port == backend.Port) ? "" : "BackendNotFound";
    }

    private static IEnumerable<HeaderEdit> HeaderEdits(HeaderModifier? modifier)
    {
        if (modifier is null)
        {
            return [];
        }

        return
        [
            .. modifier.Remove.Select(name => new HeaderEdit { Kind = HeaderEditKind.Remove, Name = name }),
            .. modifier.Set.Select(header => new HeaderEdit { Kind = HeaderEditKind.Set, Name = header.Name, Value = header.Value }),
            .. modifier.Add.Select(header => new HeaderEdit { Kind = HeaderEditKind.Add, Name = header.Name, Value = header.Value }),
        ];
    }

    private static RouteMatch ToMatch(HttpMatch match) => new()
    {
        Path = ToPath(match.Path),
        Method = match.Method ?? "",
        Headers = [.. match.Headers.Select(ToValue)],
        Query = [.. match.QueryParams.Select(ToValue)],
    };

    /// <summary>A gRPC call is a request for /service/method, so a match on names is a match on the path.</summary>
    private static RouteMatch ToMatch(GrpcMatch match) => new()
    {
        Path = match switch
        {
            { Service: null, Method: null } => new PathMatch { Kind = PathMatchKind.Any },
            { MethodType: ValueMatchType.RegularExpression } => new PathMatch
            {
                Kind = PathMatchKind.Regex,
                Value = $"/(?:{match.Service ?? "[^/]+"})/(?:{match.Method ?? "[^/]+"})",
            },
            { Method: null } => new PathMatch { Kind = PathMatchKind.Prefix, Value = "/" + match.Service },
            { Service: null } => new PathMatch { Kind = PathMatchKind.Regex, Value = "/[^/]+/" + Regex.Escape(match.Method) },
            _ => new PathMatch { Kind = PathMatchKind.Exact, Value = $"/{match.Service}/{match.Method}" },
        },
        Headers = [.. match.Headers.Select(ToValue)],
    };

    private static PathMatch ToPath(Model.Routes.PathMatch path) => new()
    {
        Kind = path.Type switch
        {
            PathMatchType.Exact => PathMatchKind.Exact,
            PathMatchType.RegularExpression => PathMatchKind.Regex,
            _ => path.Value == "/" ? PathMatchKind.Any : PathMatchKind.Prefix,
        },
        Value = path is { Type: PathMatchType.PathPrefix, Value: "/" } ? "" : path.Value,
    };

    private static ValueMatch ToValue(Model.Routes.ValueMatch match) => new()
    {
        Kind = match.Type == ValueMatchType.RegularExpression ? ValueMatchKind.Regex : ValueMatchKind.Exact,
        Name = match.Name,
        Value = match.Value,
    };
}
