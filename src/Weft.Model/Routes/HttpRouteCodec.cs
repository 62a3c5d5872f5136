using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>Kind <c>gateway.networking.k8s.io/v1 HTTPRoute</c>.</summary>
internal static class HttpRouteCodec
{
    private static readonly TimeSpan s_timeoutMax = TimeSpan.FromHours(24);

    private static readonly ChoiceSet<PathMatchType> s_pathTypes = new(
        ("PathPrefix", PathMatchType.PathPrefix), ("Exact", PathMatchType.Exact), ("RegularExpression", PathMatchType.RegularExpression));

    // The methods of RFC 9110, 9 and PATCH; the Gateway API allows no others.
    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    public static HttpRouteSpec Read(ObjectReader spec, string routeNamespace)
    {
        List<ParentRef> parents = RoutePartsCodec.ReadParents(spec, routeNamespace);
        List<string> hostnames = RoutePartsCodec.ReadHostnames(spec);
        List<HttpRouteRule> rules = [];
        foreach (ObjectReader rule in spec.Objects("rules", RouteLimits.RulesMax))
        {
            rules.Add(ReadRule(rule, routeNamespace));
        }

        if (!spec.Has("rules"))
        {
            spec.Missing("rules", "rules: [{backendRefs: [{name: cart, port: 8080}]}]");
        }

        spec.NotSupported("useDefaultGateways", "routes hang on services").Finish();
        return new HttpRouteSpec { ParentRefs = parents, Hostnames = hostnames, Rules = rules };
    }

    public static MappingNode Write(HttpRouteSpec spec)
    {
        MappingBuilder node = new();
        RoutePartsCodec.WriteRoute(node, spec);
        string routeNamespace = spec.ParentRefs[0].Service.Namespace;
        return node.Add("rules", spec.Rules, rule => WriteRule(rule, routeNamespace)).Build();
    }

    private static HttpRouteRule ReadRule(ObjectReader rule, string routeNamespace)
    {
        string? name = rule.Label("name");
        List<HttpMatch> matches = [.. rule.Objects("matches", RouteLimits.MatchesMax).Select(ReadMatch)];
        (HeaderModifier? request, HeaderModifier? response) = FilterCodec.Read(rule, responseAllowed: true);
        List<BackendRef> backends = BackendCodec.Read(rule, routeNamespace);
        RouteTimeouts? timeouts = ReadTimeouts(rule);
        rule.NotSupported("retry", "retries come with traffic management")
            .NotSupported("sessionPersistence", "session persistence comes with traffic management")
            .Finish();
        return new HttpRouteRule
        {
            Name = name,
            Matches = matches.Count == 0 ? [new HttpMatch()] : matches,
            RequestHeaders = request,
            ResponseHeaders = response,
            BackendRefs = backends,
            Timeouts = timeouts,
        };
    }

    private static HttpMatch ReadMatch(ObjectReader match)
    {
        PathMatch path = match.Object("path") is { } pathReader ? ReadPath(pathReader) : PathMatch.Any;
        string? method = match.Text("method");
        if (method is not null && !s_methods.Contains(method))
        {
            match.Fail(FindingCodes.UnknownValue, "method", $"has an unknown method \"{method}\"", $"a method is one of: {string.Join(", ", s_methods)}",
                $"use {NearestName.Find(method, s_methods) ?? "one of these"}");
        }

        List<ValueMatch> headers = RoutePartsCodec.ReadValueMatches(match, "headers", namesAreTokens: true);
        List<ValueMatch> query = RoutePartsCodec.ReadValueMatches(match, "queryParams", namesAreTokens: false);
        match.Finish();
        return new HttpMatch { Path = path, Method = method, Headers = headers, QueryParams = query };
    }

    private static PathMatch ReadPath(ObjectReader path)
    {
        PathMatchType type = path.Choice("type", s_pathTypes, PathMatchType.PathPrefix);
        string value = path.Text("value", RouteLimits.PathCharsMax) ?? "/";
        path.Finish();
        if (type == PathMatchType.RegularExpression)
        {
            RoutePartsCodec.CheckPattern(path, "value", value);
        }
        else if (PathFault(value) is { } fault)
        {
            path.Fail(
                FindingCodes.BadValue,
                "value",
                $"has a path that no request can have: \"{value}\"",
                fault,
                "write the path as requests have it after normalisation");
        }

        return new PathMatch(type, value);
    }

    /// <summary>The same things that the canonical form of a request can never have (Gateway API, HTTPPathMatch).</summary>
    private static string? PathFault(string path)
    {
        if (!path.StartsWith('/'))
        {
            return "a path begins with \"/\"";
        }

        if (path.Contains("//", StringComparison.Ordinal))
        {
            return "\"//\" is joined to \"/\" before matching";
        }

        foreach (Range segment in path.AsSpan(1).Split('/'))
        {
            if (path.AsSpan(1)[segment] is "." or "..")
            {
                return "\".\" and \"..\" are resolved before matching";
            }
        }

        if (path.AsSpan().IndexOfAny("?#\\") >= 0 || path.AsSpan().ContainsAnyInRange('\0', ' ') || path.Contains('\u007f'))
        {
            return "\"?\", \"#\", \"\\\", blanks and control characters are no part of a path";
        }

        return path.Contains("%2f", StringComparison.OrdinalIgnoreCase) ? "an encoded slash is refused before matching" : null;
    }

    private static RouteTimeouts? ReadTimeouts(ObjectReader rule)
    {
        if (rule.Object("timeouts") is not { } reader)
        {
            return null;
        }

        TimeSpan? request = reader.Duration("request", TimeSpan.Zero, s_timeoutMax);
        TimeSpan? backend = reader.Duration("backendRequest", TimeSpan.Zero, s_timeoutMax);
        reader.Finish();
        if (request > TimeSpan.Zero && backend > request)
        {
            reader.Fail(FindingCodes.Conflict, "backendRequest", "has timeouts.backendRequest longer than timeouts.request",
                "the whole request ends first, so the longer one could never act", "make backendRequest the smaller one");
        }

        return request is null && backend is null ? null : new RouteTimeouts(request, backend);
    }

    private static MappingNode WriteRule(HttpRouteRule rule, string routeNamespace) => new MappingBuilder()
        .Add("name", rule.Name)
        .Add("matches", rule.Matches is [{ } only] && IsAny(only) ? [] : rule.Matches, WriteMatch)
        .Add("filters", FilterCodec.Write(rule.RequestHeaders, rule.ResponseHeaders))
        .Add("backendRefs", BackendCodec.Write(rule.BackendRefs, routeNamespace))
        .Add("timeouts", rule.Timeouts is { } timeouts
            ? new MappingBuilder().Add("request", timeouts.Request).Add("backendRequest", timeouts.BackendRequest).Build()
            : null)
        .Build();

    private static MappingNode WriteMatch(HttpMatch match) => new MappingBuilder()
        .Add("path", match.Path == PathMatch.Any
            ? null
            : new MappingBuilder().Add("type", s_pathTypes.WordOf(match.Path.Type)).Add("value", match.Path.Value).Build())
        .Add("method", match.Method)
        .Add("headers", RoutePartsCodec.WriteValueMatches(match.Headers))
        .Add("queryParams", RoutePartsCodec.WriteValueMatches(match.QueryParams))
        .Build();

    private static bool IsAny(HttpMatch match)
        => match.Path == PathMatch.Any && match.Method is null && match.Headers.Count == 0 && match.QueryParams.Count == 0;
}
