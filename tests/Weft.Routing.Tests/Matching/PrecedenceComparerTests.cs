using CsCheck;
using Weft.Contracts.Mesh;
using Weft.Routing.Matching;
using Xunit;

namespace Weft.Routing.Tests.Matching;

public sealed class PrecedenceComparerTests
{
    private static readonly Gen<RoutePrecedence> Keys = Gen.Select(
        Gen.OneOf(Gen.Const(""), Gen.Const("a.b"), Gen.Const("*.b"), Gen.Const("*.a.b"), Gen.Const("c.d")),
        Gen.Enum<PathMatchKind>(),
        Gen.OneOf(Gen.Const("/"), Gen.Const("/a"), Gen.Const("/a/"), Gen.Const("/a/b")),
        Gen.Int[0, 7],
        Gen.Long[0, 1],
        Gen.OneOf(Gen.Const("n/a"), Gen.Const("n/b")),
        Gen.Int[0, 1],
        (host, kind, path, bits, created, route, number) => new RoutePrecedence(host, new RouteMatch
        {
            Path = new PathMatch { Kind = kind, Value = path },
            Method = (bits & 1) == 0 ? "" : "GET",
            Headers = (bits & 2) == 0 ? [] : [new ValueMatch()],
            Query = (bits & 4) == 0 ? [] : [new ValueMatch()],
        }, created, route, number, 0));

    [Fact]
    public void The_order_is_total()
        => Gen.Select(Keys, Keys, Keys).Sample((a, b, c) =>
        {
            PrecedenceComparer order = PrecedenceComparer.Instance;
            Assert.Equal(0, order.Compare(a, a));
            Assert.Equal(Math.Sign(order.Compare(a, b)), -Math.Sign(order.Compare(b, a)));
            if (order.Compare(a, b) <= 0 && order.Compare(b, c) <= 0)
            {
                Assert.True(order.Compare(a, c) <= 0);
            }
        }, iter: 20_000);

    [Fact]
    public void Each_criterion_outranks_all_that_follow()
    {
        RouteMatch weak = Match(PathMatchKind.Prefix, "/");
        RoutePrecedence[] inOrder =
        [
            Key("shop.example.com", weak),
            Key("*.shop.example.com", weak),
            Key("*.example.com", weak),
            Key("", Match(PathMatchKind.Exact, "/a")),
            Key("", Match(PathMatchKind.Regex, "/.*")),
            Key("", Match(PathMatchKind.Prefix, "/a/b")),
            Key("", Match(PathMatchKind.Prefix, "/a")),
            Key("", Match(PathMatchKind.Prefix, "/", "GET")),
            Key("", Match(PathMatchKind.Prefix, "/", headers: 2)),
            Key("", Match(PathMatchKind.Prefix, "/", headers: 1, query: 1)),
            Key("", Match(PathMatchKind.Prefix, "/", headers: 1)),
            Key("", Match(PathMatchKind.Prefix, "/", query: 2)),
            Key("", weak, created: 1, route: "z/z"),
            Key("", weak, created: 2, route: "a/a"),
            Key("", weak, created: 2, route: "a/b"),
            Key("", weak, created: 2, route: "a/b") with { RuleNumber = 1 },
            Key("", weak, created: 2, route: "a/b") with { RuleNumber = 1, MatchNumber = 1 },
        ];
        RoutePrecedence[] shuffled = [.. inOrder.Reverse()];
        Array.Sort(shuffled, PrecedenceComparer.Instance);
        Assert.Equal(inOrder, shuffled);
    }

    private static RoutePrecedence Key(string host, RouteMatch match, long created = 0, string route = "n/r") => new(host, match, created, route, 0, 0);

    private static RouteMatch Match(PathMatchKind kind, string path, string method = "", int headers = 0, int query = 0) => new()
    {
        Path = new PathMatch { Kind = kind, Value = path },
        Method = method,
        Headers = [.. Enumerable.Range(0, headers).Select(_ => new ValueMatch())],
        Query = [.. Enumerable.Range(0, query).Select(_ => new ValueMatch())],
    };
}
