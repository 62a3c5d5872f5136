using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Status;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Status;

public sealed class AckLedgerTests
{
    private static readonly DiscoveryKey Route = new(TypeUrls.RouteSet, "shop/cart");
    private static readonly DiscoveryKey Policy = new(TypeUrls.PolicySet, "shop/cart");
    private readonly ManualTime _time = new();
    private readonly AckLedger _ledger;

    public AckLedgerTests() => _ledger = new AckLedger(_time);

    [Fact]
    public void A_commit_is_done_when_every_affected_proxy_has_answered_for_everything()
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        ProxyLedger two = _ledger.Open("shop/two", "shop/two");
        Commit(1, (one, Route), (one, Policy), (two, Route));
        _time.Advance(1);
        one.Confirm(Route, "v", 1);
        Assert.Equal(["shop/one", "shop/two"], _ledger.Rollout(1).Lagging);
        one.Confirm(Policy, "v", 1);
        two.Refuse(Route, "v", 1, "no");
        _time.Advance(5);
        RolloutStatus done = _ledger.Rollout(1);
        Assert.True(done.Done);
        Assert.Equal((2, 1, 1_000.0), (done.Affected, done.Current, done.ElapsedMs));
        Assert.Equal("no", done.Refused.Single().Reason);
    }

    [Fact]
    public void An_answer_to_an_older_push_does_not_count_for_a_newer_commit()
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        Commit(1, (one, Route));
        Commit(2, (one, Route));
        one.Confirm(Route, "v", 1);
        Assert.True(_ledger.Rollout(1).Done);
        Assert.False(_ledger.Rollout(2).Done);
        Assert.Equal(1, _ledger.Proxies().Single().Commit);
        one.Confirm(Route, "v", 2);
        Assert.True(_ledger.Rollout(2).Done);
        Assert.Equal(2, _ledger.Proxies().Single().Commit);
    }

    [Fact]
    public void Commits_that_were_applied_together_share_their_account()
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        Commit(5, (one, Route));
        Assert.False(_ledger.Rollout(3).Done);
        one.Confirm(Route, "v", 5);
        Assert.True(_ledger.Rollout(3).Done);
        Assert.True(_ledger.Rollout(5).Done);
        Assert.False(_ledger.Rollout(6).Done);
    }

    [Fact]
    public void A_proxy_that_leaves_is_not_waited_for()
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        Commit(1, (one, Route));
        one.Dispose();
        RolloutStatus status = _ledger.Rollout(1);
        Assert.True(status.Done);
        Assert.Equal(0, status.Affected);
        Assert.Empty(_ledger.Proxies());
    }

    [Fact]
    public void What_a_proxy_gives_up_is_not_waited_for()
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        Commit(1, (one, Route));
        one.Forget(Route);
        Assert.True(_ledger.Rollout(1).Done);
    }

    [Fact]
    public void Lag_is_the_age_of_the_oldest_open_commit_and_afterwards_how_long_the_last_one_took()
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        Commit(1, (one, Route));
        _time.Advance(2);
        Assert.Equal((true, 2_000.0), (_ledger.Proxies().Single().IsLagging, _ledger.Proxies().Single().LagMs));
        one.Confirm(Route, "v", 1);
        _time.Advance(60);
        Assert.Equal((false, 2_000.0), (_ledger.Proxies().Single().IsLagging, _ledger.Proxies().Single().LagMs));
    }

    [Fact]
    public void Only_the_newest_commits_are_remembered()
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        for (int commit = 1; commit <= AckLedger.MaxCommits + 10; commit++)
        {
            Commit(commit, (one, Route));
        }

        Assert.Equal(0, _ledger.Rollout(1).Affected);
        Assert.Equal(1, _ledger.Rollout(AckLedger.MaxCommits + 10).Affected);
    }

    [Theory]
    [InlineData("shop/cart: bad; and worse", "bad; and worse", null)]
    [InlineData("shop/web: odd; shop/cart: bad", "bad", "odd")]
    [InlineData("all of it is bad", "all of it is bad", "all of it is bad")]
    [InlineData("shop/web: odd; and 7 more", "shop/web: odd; and 7 more", "odd")]
    public void A_refusal_is_read_name_by_name(string text, string? cart, string? web)
    {
        ProxyLedger one = _ledger.Open("shop/one", "shop/one");
        var webRoute = new DiscoveryKey(TypeUrls.RouteSet, "shop/web");
        Commit(1, (one, Route), (one, webRoute));
        RefusalReader.Record(one, [DiscoveryResource.Create(Route, [1], 1), DiscoveryResource.Create(webRoute, [2], 1)], text);
        RolloutStatus status = _ledger.Rollout(1);
        Assert.True(status.Done);
        Assert.Equal(cart, status.Refused.FirstOrDefault(refusal => refusal.Resource == "RouteSet/shop/cart")?.Reason);
        Assert.Equal(web, status.Refused.FirstOrDefault(refusal => refusal.Resource == "RouteSet/shop/web")?.Reason);
    }

    private void Commit(long commit, params (ProxyLedger Proxy, DiscoveryKey Key)[] affected)
    {
        _ledger.Begin(commit, _time.Now);
        foreach ((ProxyLedger proxy, DiscoveryKey key) in affected)
        {
            proxy.Affected(key, commit);
        }

        _ledger.End(commit);
    }
}
