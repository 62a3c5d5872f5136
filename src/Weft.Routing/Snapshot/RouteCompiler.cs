using System.Text;
using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Weft.Routing.Matching;

namespace Weft.Routing.Snapshot;

/// <summary>Checks and compiles a RouteSet.</summary>
internal static class RouteCompiler
{
    public static RouteTable Compile(string name, RouteSet source)
    {
        Check.SameName(Check.ServiceName(name, "name"), "service", source.Service);
        RouteRuleView[] rules = new RouteRuleView[source.Rules.Count];
        for (int i = 0; i < rules.Length; i++)
        {
            rules[i] = Compile(source.Rules[i], $"rules[{i}]");
        }

        return new RouteTable(rules);
    }

    private static RouteRuleView Compile(RouteRule source, string field)
    {
        RouteMatch match = source.Match ?? new RouteMatch();
        return new RouteRuleView(source.Name)
        {
            Ports = [.. source.ParentPorts.Select(p => Check.Port(p, field + ".parent_ports"))],
            Hosts = [.. source.Hostnames.Select(h => CompileHost(h, field + ".hostnames"))],
            Path = CompilePath(match.Path, field + ".match.path"),
            Method = match.Method.Length == 0 ? [] : Encoding.ASCII.GetBytes(Check.Token(match.Method, field + ".match.method")),
            Headers = [.. Distinct(match.Headers, StringComparer.OrdinalIgnoreCase)
                .Select((h, i) => new HeaderMatcher(Check.Token(h.Name, $"{field}.match.headers[{i}].name"), CompileValue(h, $"{field}.match.headers[{i}]")))],
            Query = [.. Distinct(match.Query, StringComparer.Ordinal).Select((q, i) => new QueryMatcher(q.Name, CompileValue(q, $"{field}.match.query[{i}]")))],
            RequestEdits = CompileEdits(source.RequestEdits, field + ".request_edits"),
            ResponseEdits = CompileEdits(source.ResponseEdits, field + ".response_edits"),
            BackendArray = [.. source.Backends.Select((b, i) => CompileBackend(b, $"{field}.backends[{i}]"))],
            RequestTimeoutMs = Check.TimeoutMs(source.RequestTimeoutMs, 0, field + ".request_timeout_ms"),
            IsTls = source.Tls,
            BackendTimeoutMs = Check.TimeoutMs(source.BackendTimeoutMs, 0, field + ".backend_timeout_ms"),
        };
    }

    // Of several matches on one name only the first counts (Gateway API, HTTPHeaderMatch and HTTPQueryParamMatch).
    private static IEnumerable<ValueMatch> Distinct(List<ValueMatch> matches, StringComparer comparer)
        => matches.DistinctBy(m => m.Name, comparer);

    private static HostPattern CompileHost(string host, string field)
    {
        ReadOnlySpan<char> name = host.StartsWith("*.", StringComparison.Ordinal) ? host.AsSpan(2) : host;
        if (name.IsEmpty || name.Length > 253 || name.ContainsAny("*:/ ") || !Ascii.IsValid(name))
        {
            Check.Fail($"{field} \"{host}\" is neither a host name nor *.<host name>");
        }

        return new HostPattern(host);
    }

    private static PathMatcher CompilePath(PathMatch? source, string field)
    {
        if (source is null)
        {
            return PathMatcher.Any;
        }

        return Check.Known(source.Kind, field + ".kind") switch
        {
            PathMatchKind.Exact => new PathMatcher(PathMatchKind.Exact, CanonicalText.Path(source.Value, field + ".value")),
            PathMatchKind.Prefix => new PathMatcher(PathMatchKind.Prefix, CanonicalText.Path(source.Value, field + ".value")),
            PathMatchKind.Regex => new PathMatcher(CompileRegex(source.Value, field + ".value")),
            _ => PathMatcher.Any,
        };
    }

    private static ValuePattern CompileValue(ValueMatch source, string field)
    {
        if (source.Name.Length == 0)
        {
            Check.Fail($"{field}.name is empty");
        }

        return Check.Known(source.Kind, field + ".kind") == ValueMatchKind.Regex
            ? new ValuePattern(CompileRegex(source.Value, field + ".value"))
            : new ValuePattern(source.Value);
    }

    private static LinearRegex CompileRegex(string pattern, string field)
        => LinearRegex.TryCreate(pattern, out string fault) ?? throw Check.Refused($"{field} \"{Shorten(pattern)}\": {fault}");

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private static HeaderEdits CompileEdits(List<HeaderEdit> edits, string field)
        => edits.Count == 0 ? HeaderEdits.None : new HeaderEdits([.. edits.Select((e, i) => CompileEdit(e, $"{field}[{i}]"))]);

    private static (HeaderEditKind Kind, byte[] Name, byte[] Value) CompileEdit(HeaderEdit source, string field)
    {
        byte[] name = Encoding.ASCII.GetBytes(Check.Token(source.Name, field + ".name"));

        // These say where messages end or belong to the mesh: an edit could split one request into two, or forge who asks.
        KnownField known = KnownFields.Lookup(name);
        if (known is not (KnownField.None or KnownField.Cookie or KnownField.Date))
        {
            Check.Fail($"{field}.name \"{source.Name}\" is a field that only the proxy may write");
        }

        byte[] value = Encoding.UTF8.GetBytes(Check.FieldValue(source.Value, field + ".value"));
        return (Check.Known(source.Kind, field + ".kind"), name, value);
    }

    private static BackendView CompileBackend(Backend source, string field)
    {
        if (source.InvalidReason.Length > 0)
        {
            return new BackendView(source.Service, (ushort)source.Port, Check.Weight(source.Weight, field + ".weight"), HeaderEdits.None, source.InvalidReason);
        }

        return new BackendView(
            Check.ServiceName(source.Service, field + ".service"),
            Check.Port(source.Port, field + ".port"),
            Check.Weight(source.Weight, field + ".weight"),
            CompileEdits(source.RequestEdits, field + ".request_edits"),
            "");
    }
}
