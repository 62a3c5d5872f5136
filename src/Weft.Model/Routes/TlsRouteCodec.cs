using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>Kind <c>gateway.networking.k8s.io/v1 TLSRoute</c>.</summary>
internal static class TlsRouteCodec
{
    /// <summary>Rules have no matches, so a second one could never be reached (Gateway API, TLSRouteSpec).</summary>
    private const int RulesMax = 1;

    public static TlsRouteSpec Read(ObjectReader spec, string routeNamespace)
    {
        List<ParentRef> parents = RoutePartsCodec.ReadParents(spec, routeNamespace);
        List<string> hostnames = RoutePartsCodec.ReadHostnames(spec);
        if (hostnames.Count == 0 && spec.Node.Find("hostnames")?.Value is not SequenceNode { Items.Count: > 0 })
        {
            spec.Missing("hostnames", "hostnames: [shop.example.com]");
        }

        List<TlsRouteRule> rules = [.. spec.Objects("rules", RulesMax).Select(rule => ReadRule(rule, routeNamespace))];
        if (rules.Count == 0)
        {
            spec.Missing("rules", "rules: [{backendRefs: [{name: shop, port: 443}]}]");
        }

        spec.NotSupported("useDefaultGateways", "routes hang on services").Finish();
        return new TlsRouteSpec { ParentRefs = parents, Hostnames = hostnames, Rules = rules };
    }

    public static MappingNode Write(TlsRouteSpec spec)
    {
        MappingBuilder node = new();
        RoutePartsCodec.WriteRoute(node, spec);
        string routeNamespace = spec.ParentRefs[0].Service.Namespace;
        return node
            .Add("rules", spec.Rules, rule => new MappingBuilder()
                .Add("name", rule.Name)
                .Add("backendRefs", BackendCodec.Write(rule.BackendRefs, routeNamespace))
                .Build())
            .Build();
    }

    private static TlsRouteRule ReadRule(ObjectReader rule, string routeNamespace)
    {
        string? name = rule.Label("name");
        List<BackendRef> backends = BackendCodec.Read(rule, routeNamespace);
        if (backends.Exists(static backend => backend.RequestHeaders is not null))
        {
            rule.Fail(FindingCodes.NotSupported, "backendRefs", "has a backend with filters", "what is under TLS cannot be edited", "remove the filters");
        }

        rule.Finish();
        return new TlsRouteRule { Name = name, BackendRefs = backends };
    }
}
