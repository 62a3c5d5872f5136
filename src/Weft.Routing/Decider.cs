using Weft.Primitives.Http;
using Weft.Routing.Matching;
using Weft.Routing.Snapshot;

namespace Weft.Routing;

/// <summary>The one question: where does this exchange go? Asked by the proxy, by <c>weft explain</c> and by simulations alike.</summary>
public static class Decider
{
    /// <summary>
    /// Decides an outbound exchange. When a route of the service looks at the path, the head gets its canonical path first. Allocates
    /// nothing, except that regular expressions may.
    /// </summary>
    public static Decision Decide(MeshSnapshot mesh, in DecisionInput input)
    {
        if (!mesh.TryGetService(input.Service, out ServiceView? service))
        {
            return new Decision { Refusal = EndReason.NoService, MissingService = input.Service };
        }

        PortView? port = service.FindPort(input.Port);
        if (port is null)
        {
            return new Decision { Refusal = EndReason.NoPort, Service = service };
        }

        if (input.Head is null && service.Routes.HasTlsRulesFor(input.Port))
        {
            RouteRuleView? rule = service.Routes.MatchTls(input.ServerName, input.Port);
            return rule is null ? new Decision { Refusal = EndReason.ServerNameUnknown, Service = service } : Choose(mesh, service, rule, input.Random);
        }

        if (input.Head is null || !service.Routes.HasRulesFor(input.Port))
        {
            return Forward(new Decision { Service = service, Target = service, Port = port });
        }

        return Route(mesh, service, input);
    }

    private static Decision Route(MeshSnapshot mesh, ServiceView service, in DecisionInput input)
    {
        MessageHead head = input.Head!;
        if (service.Routes.LooksAtPath && CanonicalPath.Apply(head) != PathFault.None)
        {
            return new Decision { Refusal = EndReason.BadRequest, Service = service };
        }

        RouteRuleView? rule = service.Routes.Match(head, input.Port);
        return rule is null ? new Decision { Refusal = EndReason.NoRoute, Service = service } : Choose(mesh, service, rule, input.Random);
    }

    private static Decision Choose(MeshSnapshot mesh, ServiceView service, RouteRuleView rule, ulong random)
    {
        int chosen = rule.Weights.Choose(random);
        if (chosen < 0)
        {
            return new Decision { Refusal = EndReason.NoBackend, Service = service, Rule = rule };
        }

        return Follow(mesh, new Decision { Service = service, Rule = rule, Backend = rule.Backends[chosen] });
    }

    private static Decision Follow(MeshSnapshot mesh, in Decision decision)
    {
        BackendView backend = decision.Backend!;
        if (!backend.IsValid)
        {
            return decision with { Refusal = EndReason.InvalidBackend };
        }

        if (!mesh.TryGetService(backend.Service, out ServiceView? target))
        {
            return decision with { Refusal = EndReason.NoService, MissingService = backend.Service };
        }

        PortView? port = target.FindPort(backend.Port);
        return port is null
            ? decision with { Refusal = EndReason.InvalidBackend, Target = target }
            : Forward(decision with { Target = target, Port = port });
    }

    private static Decision Forward(in Decision decision)
        => decision.Endpoints.Usable.IsEmpty ? decision with { Refusal = EndReason.NoHealthyEndpoint } : decision;
}
