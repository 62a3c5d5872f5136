using Weft.Contracts.Api;
using Weft.ControlPlane.Insight;
using Xunit;

namespace Weft.ControlPlane.Tests.Insight;

public sealed class HomeReaderTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static readonly TrafficSummary s_calm = new(new TopologyTotals { Rps = 12.5, Success = 1, MutualTls = 1, Edges = 3 }, []);

    [Fact]
    public void A_mesh_in_order_is_said_to_be_and_to_be_encrypted()
    {
        HomeAnswer home = Make(s_calm);
        Assert.Equal(("good", "All is well: 12.5 requests/s, 100 % succeed, everything is encrypted."), (home.Verdict, home.Sentence));
        Assert.Equal((1.0, 12.5, 7.0), (home.Encrypted, home.Golden.Rps, home.Golden.P99Ms));
        Assert.Empty(home.Problems);
    }

    [Fact]
    public void Nothing_is_called_and_nothing_has_joined_are_two_things()
    {
        TrafficSummary silent = new(new TopologyTotals(), []);
        Assert.Equal("Everything is in order; nothing is being called.", Make(silent).Sentence);
        Assert.Equal("Nothing has joined the mesh yet.", Make(silent, services: []).Sentence);
        Assert.Null(Make(silent).Encrypted);
    }

    [Fact]
    public void The_worst_problem_makes_the_sentence()
    {
        ScoreItem sick = new() { Id = "shop/cart", Score = 31, Penalties = [new Penalty { Title = "8 % fail" }] };
        ScoreItem weak = new() { Id = "shop/web", Score = 80, Penalties = [new Penalty { Title = "slow" }] };
        HomeAnswer home = Make(s_calm with { Bypassing = [("shop/web", "shop/cart")] }, scores: [weak, sick]);
        Assert.Equal(("bad", "Something is wrong: shop/cart: 8 % fail."), (home.Verdict, home.Sentence));
        Assert.Equal([31, 80, 85], home.Problems.Select(static problem => problem.Score));
        Assert.Equal(("degraded", 80), (Make(s_calm, scores: [weak]).Verdict, Make(s_calm, scores: [weak]).Problems.Single().Score));
    }

    [Fact]
    public void Losing_more_than_one_request_in_twenty_is_bad_without_any_score()
        => Assert.Equal("bad", Make(s_calm with { Totals = s_calm.Totals with { Success = 0.94 } }).Verdict);

    private static HomeAnswer Make(TrafficSummary traffic, IReadOnlyList<ServiceItem>? services = null, IReadOnlyList<ScoreItem>? scores = null) => HomeReader.Make(
        traffic,
        new MeshStatus { Now = s_now, Proxies = [] },
        services ?? [new ServiceItem("shop", "cart", "240.77.0.1", [8080], 2, 2, false)],
        new ScoreList { Items = scores ?? [] },
        [],
        7);
}
