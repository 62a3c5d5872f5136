using CsCheck;
using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Weft.Routing.Matching;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests.Matching;

public sealed class RouteTableTests
{
    private static readonly string[] PathTexts = ["/", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/b"];
    private static readonly string[] Methods = ["GET", "POST"];
    private static readonly string[] Values = ["1", "2", "12"];
    private static readonly string[] Names = ["x", "Y", "z"];
    private static readonly string[] HostTexts = ["cart", "a.example.com", "b.a.example.com", "example.com"];
    private static readonly string[] Patterns = ["cart", "*.example.com", "a.example.com"];

    private static readonly Gen<List<ValueMatch>> ValueMatches = Gen.Select(Gen.Bool, Pick(Names), Pick(Values), (regex, name, value) => new ValueMatch
    {
        Kind = regex ? ValueMatchKind.Regex : ValueMatchKind.Exact,
        Name = name,
        Value = regex ? value + "?" : value,
    }).List[0, 2];

    private static readonly Gen<RouteRule> Rules = Gen.Select(
        Gen.Enum<PathMatchKind>(),
        Pick(PathTexts),
        Gen.OneOf(Gen.Const(""), Pick(Methods)),
        Gen.OneOf(Gen.Const(new List<ValueMatch>()), ValueMatches),
        Gen.OneOf(Gen.Const(new List<ValueMatch>()), ValueMatches),
        Pick(Patterns).List[0, 2],
        Gen.UInt[80, 81].List[0, 1],
        (kind, path, method, headers, query, hosts, ports) => new RouteRule
        {
            Match = new RouteMatch { Path = new PathMatch { Kind = kind, Value = path }, Method = method, Headers = headers, Query = query },
            Hostnames = hosts,
            ParentPorts = ports,
        });

    private static readonly Gen<(string Name, string Value)[]> Pairs = Gen.Select(Pick(Names), Pick(Values)).Array[0, 3];

    [Fact]
    public void The_table_agrees_with_a_slow_and_obvious_implementation()
        => Gen.Select(Gen.OneOf(Rules.List[0, 6], Rules.List[13, 60]), Pick(PathTexts), Pick(Methods), Pick(HostTexts), Pairs, Pairs, Gen.Int[80, 81]).Sample((rules, path, method, host, headers, query, port) =>
        {
            for (int i = 0; i < rules.Count; i++)
            {
                rules[i].Name = $"rule {i}";
            }

            string target = path + (query.Length == 0 ? "" : "?" + string.Join('&', query.Select(q => q.Name + "=" + q.Value)));
            MessageHead head = Heads.Request(target, method, host, headers);
            RouteRule? expected = rules.Find(r => NaiveMatches(r, path, method, host, headers, query, port));
            Assert.Equal(expected?.Name, Table([.. rules]).Match(head, port)?.Name);
        }, iter: 3_000);

    [Theory]
    [InlineData("/foo", "/foo", true)]
    [InlineData("/foo", "/foo/", true)]
    [InlineData("/foo", "/foo/bar", true)]
    [InlineData("/foo", "/foobar", false)]
    [InlineData("/foo", "/fo", false)]
    [InlineData("/foo/", "/foo", true)]
    [InlineData("/foo/", "/foo/bar", true)]
    [InlineData("/foo/", "/foobar", false)]
    [InlineData("/", "/anything", true)]
    [InlineData("/foo", "/foo?x=/bar", true)]
    [InlineData("/foo", "/FOO", false)]
    [InlineData("/caf%c3%a9", "/caf%C3%A9/x", true)]
    public void A_prefix_matches_whole_segments(string prefix, string target, bool expected)
        => Assert.Equal(expected, Table(Meshes.Rule("r", PathMatchKind.Prefix, prefix)).Match(Heads.Request(target), 80) is not null);

    [Fact]
    public void A_prefix_matches_exactly_the_paths_whose_segments_begin_with_its_own()
        => Gen.Select(Gen.OneOf(Gen.Const("a"), Gen.Const("ab"), Gen.Const("b")).Array[1, 3], Gen.OneOf(Gen.Const("a"), Gen.Const("ab"), Gen.Const("b")).Array[0, 4])
            .Sample((prefix, path) =>
            {
                RouteTable table = Table(Meshes.Rule("r", PathMatchKind.Prefix, "/" + string.Join('/', prefix)));
                bool expected = path.Take(prefix.Length).SequenceEqual(prefix);
                Assert.Equal(expected, table.Match(Heads.Request("/" + string.Join('/', path)), 80) is not null);
            }, iter: 2_000);

    [Theory]
    [InlineData("/v[0-9]+/x", "/v12/x", true)]
    [InlineData("/v[0-9]+/x", "/v12/xy", false)]
    [InlineData("/v[0-9]+/x", "/a/v12/x", false)]
    [InlineData("/a|/b", "/b", true)]
    [InlineData("/a|/b", "/ab", false)]
    [InlineData("(?i)/a", "/A", true)]
    public void A_regular_expression_must_match_the_whole_path(string pattern, string target, bool expected)
        => Assert.Equal(expected, Table(Meshes.Rule("r", PathMatchKind.Regex, pattern)).Match(Heads.Request(target), 80) is not null);

    [Theory]
    [InlineData("cart:8080", "CART", true)]
    [InlineData("cart.", "cart", true)]
    [InlineData("a.b.example.com", "*.example.com", true)]
    [InlineData("example.com", "*.example.com", false)]
    [InlineData("badexample.com", "*.example.com", false)]
    [InlineData(".example.com", "*.example.com", false)]
    public void Host_names_match_without_port_and_case(string authority, string pattern, bool expected)
    {
        RouteRule rule = Meshes.Rule("r");
        rule.Hostnames.Add(pattern);
        Assert.Equal(expected, Table(rule).Match(Heads.Request("/", host: authority), 80) is not null);
    }

    [Theory]
    [InlineData("?a=1", true)]
    [InlineData("?b=2&a=1", true)]
    [InlineData("?a=%31", true)]
    [InlineData("?%61=1", true)]
    [InlineData("?a=2&a=1", false)]
    [InlineData("?a", false)]
    [InlineData("?A=1", false)]
    [InlineData("?ba=1", false)]
    [InlineData("", false)]
    public void A_query_parameter_is_compared_by_its_first_value_unescaped(string query, bool expected)
    {
        RouteRule rule = Meshes.Rule("r");
        rule.Match!.Query.Add(new ValueMatch { Name = "a", Value = "1" });
        Assert.Equal(expected, Table(rule).Match(Heads.Request("/" + query), 80) is not null);
    }

    [Fact]
    public void A_header_is_compared_by_its_first_value()
    {
        RouteRule rule = Meshes.Rule("r");
        rule.Match!.Headers.Add(new ValueMatch { Name = "X-Canary", Value = "1" });
        RouteTable table = Table(rule);
        Assert.NotNull(table.Match(Heads.Request("/", fields: [("x-canary", "1"), ("x-canary", "2")]), 80));
        Assert.Null(table.Match(Heads.Request("/", fields: [("x-canary", "2"), ("x-canary", "1")]), 80));
        Assert.Null(table.Match(Heads.Request("/", fields: [("x-canary", "1 ")]), 80));
    }

    [Fact]
    public void A_header_match_on_host_means_the_authority()
    {
        RouteRule rule = Meshes.Rule("r");
        rule.Match!.Headers.Add(new ValueMatch { Name = "Host", Value = "cart" });
        Assert.NotNull(Table(rule).Match(Heads.Request("/", host: "cart"), 80));
    }

    [Fact]
    public void Only_the_first_of_several_matches_on_one_header_counts()
    {
        RouteRule rule = Meshes.Rule("r");
        rule.Match!.Headers.Add(new ValueMatch { Name = "a", Value = "1" });
        rule.Match!.Headers.Add(new ValueMatch { Name = "A", Value = "2" });
        Assert.NotNull(Table(rule).Match(Heads.Request("/", fields: ("a", "1")), 80));
    }

    [Fact]
    public void A_long_value_is_matched_by_a_regular_expression_too()
    {
        RouteRule rule = Meshes.Rule("r");
        rule.Match!.Headers.Add(new ValueMatch { Kind = ValueMatchKind.Regex, Name = "a", Value = "é*b" });
        Assert.NotNull(Table(rule).Match(Heads.Request("/", fields: ("a", new string('é', 5_000) + "b")), 80));
    }

    [Fact]
    public void A_table_of_catch_alls_does_not_look_at_the_path()
    {
        Assert.False(Table(Meshes.Rule("r", PathMatchKind.Prefix, "/"), Meshes.Rule("s")).LooksAtPath);
        Assert.True(Table(Meshes.Rule("r", PathMatchKind.Prefix, "/a")).LooksAtPath);
    }

    private static RouteTable Table(params RouteRule[] rules)
    {
        Assert.True(Meshes.Build(Meshes.Raw(Meshes.Service(Meshes.Own)), Meshes.Raw(Meshes.Routes(rules))).TryGetService(Meshes.Own, out ServiceView? service));
        return service.Routes;
    }

    private static Gen<string> Pick(string[] from) => Gen.Int[0, from.Length - 1].Select(i => from[i]);

    private static bool NaiveMatches(
        RouteRule rule, string path, string method, string host, (string Name, string Value)[] headers, (string Name, string Value)[] query, int port)
    {
        RouteMatch match = rule.Match!;
        string text = match.Path!.Value;
        bool pathMatches = match.Path.Kind switch
        {
            PathMatchKind.Exact => path == text,
            PathMatchKind.Prefix => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Take(text.Split('/', StringSplitOptions.RemoveEmptyEntries).Length)
                .SequenceEqual(text.Split('/', StringSplitOptions.RemoveEmptyEntries)),
            PathMatchKind.Regex => System.Text.RegularExpressions.Regex.IsMatch(path, "^(" + text + ")$"),
            _ => true,
        };
        return pathMatches
            && (match.Method.Length == 0 || match.Method == method)
            && (rule.ParentPorts.Count == 0 || rule.ParentPorts.Contains((uint)port))
            && (rule.Hostnames.Count == 0 || rule.Hostnames.Exists(h => h.StartsWith('*') ? host.EndsWith(h[1..], StringComparison.Ordinal) : host == h))
            && AllMatch(match.Headers, headers, StringComparer.OrdinalIgnoreCase)
            && AllMatch(match.Query, query, StringComparer.Ordinal);
    }

    private static bool AllMatch(List<ValueMatch> matches, (string Name, string Value)[] pairs, StringComparer names)
        => matches.Where((m, i) => !matches.Take(i).Any(e => names.Equals(e.Name, m.Name))).All(m =>
        {
            string? value = pairs.Where(p => names.Equals(p.Name, m.Name)).Select(p => p.Value).FirstOrDefault();
            return value is not null && (m.Kind == ValueMatchKind.Exact ? value == m.Value : System.Text.RegularExpressions.Regex.IsMatch(value, "^(" + m.Value + ")$"));
        });
}
