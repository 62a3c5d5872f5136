using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>Kind <c>gateway.networking.k8s.io/v1 GRPCRoute</c>.</summary>
internal static class GrpcRouteCodec
{
    public static GrpcRouteSpec Read(ObjectReader spec, string routeNamespace)
    {
        List<ParentRef> parents = RoutePartsCodec.ReadParents(spec, routeNamespace);
        List<string> hostnames = RoutePartsCodec.ReadHostnames(spec);
        List<GrpcRouteRule> rules = [];
        foreach (ObjectReader rule in spec.Objects("rules", RouteLimits.RulesMax))
        {
            rules.Add(ReadRule(rule, routeNamespace));
        }

        if (!spec.Has("rules"))
        {
            spec.Missing("rules", "rules: [{backendRefs: [{name: pricing, port: 9090}]}]");
        }

        spec.NotSupported("useDefaultGateways", "routes hang on services").Finish();
        return new GrpcRouteSpec { ParentRefs = parents, Hostnames = hostnames, Rules = rules };
    }

    public static MappingNode Write(GrpcRouteSpec spec)
    {
        MappingBuilder node = new();
        RoutePartsCodec.WriteRoute(node, spec);
        string routeNamespace = spec.ParentRefs[0].Service.Namespace;
        return node.Add("rules", spec.Rules, rule => WriteRule(rule, routeNamespace)).Build();
    }

    private static GrpcRouteRule ReadRule(ObjectReader rule, string routeNamespace)
    {
        string? name = rule.Label("name");
        List<GrpcMatch> matches = [.. rule.Objects("matches", RouteLimits.MatchesMax).Select(ReadMatch)];
        (HeaderModifier? request, HeaderModifier? response) = FilterCodec.Read(rule, responseAllowed: true);
        List<BackendRef> backends = BackendCodec.Read(rule, routeNamespace);
        rule.NotSupported("timeouts", "the Gateway API has no timeouts for gRPC: the deadline travels with the call (grpc-timeout)")
            .NotSupported("sessionPersistence", "session persistence comes with traffic management")
            .Finish();
        return new GrpcRouteRule
        {
            Name = name,
            Matches = matches.Count == 0 ? [new GrpcMatch()] : matches,
            RequestHeaders = request,
            ResponseHeaders = response,
            BackendRefs = backends,
        };
    }

    private static GrpcMatch ReadMatch(ObjectReader match)
    {
        ValueMatchType type = ValueMatchType.Exact;
        string? service = null;
        string? method = null;
        if (match.Object("method") is { } reader)
        {
            type = RoutePartsCodec.ReadValueType(reader);
            service = ReadName(reader, "service", type, IsServiceName);
            method = ReadName(reader, "method", type, IsIdentifier);
            reader.Finish();
            if (!reader.Has("service") && !reader.Has("method"))
            {
                reader.FailHere(
                    FindingCodes.Missing,
                    "has a method match without service and method",
                    "one of the two is required",
                    "name the service, the method or both");
            }
        }

        List<ValueMatch> headers = RoutePartsCodec.ReadValueMatches(match, "headers", namesAreTokens: true);
        match.Finish();
        return new GrpcMatch { MethodType = type, Service = service, Method = method, Headers = headers };
    }

    private static string? ReadName(ObjectReader reader, string field, ValueMatchType type, Func<string, bool> isValid)
    {
        string? text = reader.Text(field, RouteLimits.PathCharsMax);
        if (text is null)
        {
            return null;
        }

        if (type == ValueMatchType.RegularExpression)
        {
            RoutePartsCodec.CheckPattern(reader, field, text);
        }
        else if (!isValid(text))
        {
            reader.Fail(FindingCodes.BadValue, field, $"has a bad gRPC {field} \"{text}\"",
                "protocol buffers allow letters, digits and \"_\", and \".\" between the parts of a service's name",
                field == "service" ? "write it like shop.v1.Pricing" : "write it like GetPrice");
        }

        return text;
    }

    private static bool IsServiceName(string text) => text.Split('.').All(IsIdentifier);

    private static bool IsIdentifier(string text)
        => text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static MappingNode WriteRule(GrpcRouteRule rule, string routeNamespace) => new MappingBuilder()
        .Add("name", rule.Name)
        .Add("matches", rule.Matches is [{ Service: null, Method: null, Headers.Count: 0 }] ? [] : rule.Matches, WriteMatch)
        .Add("filters", FilterCodec.Write(rule.RequestHeaders, rule.ResponseHeaders))
        .Add("backendRefs", BackendCodec.Write(rule.BackendRefs, routeNamespace))
        .Build();

    private static MappingNode WriteMatch(GrpcMatch match) => new MappingBuilder()
        .Add("method", new MappingBuilder()
            .Add("type", RoutePartsCodec.ValueTypeWord(match.MethodType))
            .Add("service", match.Service)
            .Add("method", match.Method)
            .BuildOrNull())
        .Add("headers", RoutePartsCodec.WriteValueMatches(match.Headers))
        .Build();
}
