using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Primitives;
using Weft.Proxy.Discovery;
using Weft.Proxy.State;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Telemetry;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Tests.Discovery;

[Collection(nameof(BugTrap))]
public sealed class ConfigStoreTests : IDisposable
{
    private const string Cart = "host/cart@shop";

    private readonly Current<MeshSnapshot> _current = new(MeshSnapshot.Empty);
    private readonly ConfigStore _store;
    private readonly List<Lookup> _answers = [];
    private readonly Action<string> _sink = ProxyLog.Sink;
    private readonly List<string> _log = [];

    public ConfigStoreTests()
    {
        ProxyLog.Sink = _log.Add;
        _store = new ConfigStore("shop/web", _current);
        _ = First();
    }

    public void Dispose() => ProxyLog.Sink = _sink;

    [Fact]
    public void The_own_policy_and_telemetry_are_asked_for_by_the_first_requests()
    {
        DeltaDiscoveryRequest[] requests = First();
        Assert.Equal([(TypeUrls.PolicySet, "node-1"), (TypeUrls.Telemetry, "node-1")], requests.Select(static r => (r.TypeUrl, r.Node!.Id)));
        Assert.All(requests, static request => Assert.Equal(["shop/web"], request.ResourceNamesSubscribe));
    }

    [Fact]
    public void A_host_is_found_when_its_service_is_whole_and_not_before()
    {
        Ask(Question.Host("Cart.", "shop"));
        Assert.Equal([Cart], Assert.Single(Next()).ResourceNamesSubscribe);

        _store.Apply(Resources.Response(TypeUrls.Destination, [Resources.Destination(Cart, "shop/cart")]), 10);
        Assert.Equal([TypeUrls.Service, TypeUrls.Endpoints, TypeUrls.RouteSet], Next().Select(static r => r.TypeUrl));
        _store.Apply(Resources.Response(TypeUrls.Service, [Resources.Service("shop/cart")]), 20);
        _store.Apply(Resources.Response(TypeUrls.Endpoints, [Resources.Endpoints("shop/cart", "10.0.0.1")]), 30);
        Assert.Empty(_answers);

        _store.Apply(Resources.Response(TypeUrls.RouteSet, [], ["shop/cart"]), 40);
        Assert.Equal([Lookup.Found], _answers);
        Assert.True(_current.Value.TryResolveHost("cart", out DestinationView? destination));
        Assert.Equal("shop/cart", destination.Service);
        Assert.Null(_store.NextDeadlineMs);
    }

    [Fact]
    public void A_service_waits_for_the_backends_of_its_routes()
    {
        Ask(Question.Service("shop/cart"));
        Give("shop/cart", Resources.Routes("shop/cart", "shop/cart-v2"));
        Assert.Empty(_answers);
        Assert.Contains(Next(), static r => r.TypeUrl == TypeUrls.Service && r.ResourceNamesSubscribe.Contains("shop/cart-v2"));

        Give("shop/cart-v2", null);
        Assert.Equal([Lookup.Found], _answers);
    }

    [Fact]
    public void An_unknown_name_is_absent_at_once_the_second_time_and_found_when_it_begins_to_exist()
    {
        Ask(Question.Host("api.example.com", "shop"));
        _store.Apply(Resources.Response(TypeUrls.Destination, [], ["host/api.example.com@shop"]), 10);
        Ask(Question.Host("api.example.com", "shop"));
        Assert.Equal([Lookup.Absent, Lookup.Absent], _answers);
        Assert.Empty(Next().SelectMany(static r => r.ResourceNamesSubscribe).Skip(1));

        _store.Apply(Resources.Response(TypeUrls.Destination, [Resources.Destination("host/api.example.com@shop", "shop/api")]), 20);
        Give("shop/api", null);
        Ask(Question.Host("api.example.com", "shop"));
        Assert.Equal(Lookup.Found, _answers[^1]);
    }

    [Fact]
    public void A_question_without_an_answer_ends_unknown_after_half_a_second()
    {
        Ask(Question.Service("shop/cart"), nowMs: 1_000);
        Assert.Equal(1_500, _store.NextDeadlineMs);
        _store.ExpireQuestions(1_499);
        Assert.Empty(_answers);
        _store.ExpireQuestions(1_500);
        Assert.Equal([Lookup.Unknown], _answers);
    }

    [Fact]
    public void A_bad_resource_is_refused_by_name_while_the_old_one_and_its_neighbours_apply()
    {
        Ask(Question.Service("shop/cart"));
        Ask(Question.Service("shop/prices"));
        Give("shop/cart", null);
        Give("shop/prices", null);

        IReadOnlyList<Refusal> refusals = _store.Apply(
            Resources.Response(TypeUrls.Service, [Resources.Broken(TypeUrls.Service, "shop/cart", "2"), Resources.Service("shop/prices", "2", port: 9090)], commit: 7), 10);

        Refusal refusal = Assert.Single(refusals);
        Assert.Equal("shop/cart", refusal.Name);
        Assert.True(_current.Value.TryGetService("shop/cart", out ServiceView? cart));
        Assert.NotNull(cart.FindPort(8080));
        Assert.True(_current.Value.TryGetService("shop/prices", out ServiceView? prices));
        Assert.NotNull(prices.FindPort(9090));
        Assert.Equal(7UL, _current.Value.Commit);
        Assert.Contains("shop/cart", Assert.Single(_log), StringComparison.Ordinal);

        // A new stream asks with the version that is in force, so that the server sends the refused one again.
        Assert.Equal("1", First().Single(static r => r.TypeUrl == TypeUrls.Service).InitialResourceVersions["shop/cart"]);
    }

    [Fact]
    public void A_body_of_another_type_than_the_response_is_refused()
    {
        Ask(Question.Service("shop/cart"));
        Resource wrong = new() { Name = "shop/cart", Version = "1", Body = Resources.Policy("shop/cart").Body };
        Assert.Single(_store.Apply(Resources.Response(TypeUrls.Service, [wrong]), 10));
        Assert.False(_current.Value.TryGetService("shop/cart", out _));
    }

    [Fact]
    public void What_nobody_asked_for_is_not_taken()
    {
        _store.Apply(Resources.Response(TypeUrls.Service, [Resources.Service("shop/cart")]), 10);
        Assert.False(_current.Value.TryGetService("shop/cart", out _));
    }

    [Fact]
    public void A_new_stream_resumes_with_all_names_and_the_versions_in_force()
    {
        Ask(Question.Host("cart", "shop"));
        _store.Apply(Resources.Response(TypeUrls.Destination, [Resources.Destination(Cart, "shop/cart", version: "5")]), 10);
        Give("shop/cart", null);
        DeltaDiscoveryRequest[] first = First();
        Assert.Equal("5", first.Single(static r => r.TypeUrl == TypeUrls.Destination).InitialResourceVersions[Cart]);
        Assert.Equal(["shop/cart"], first.Single(static r => r.TypeUrl == TypeUrls.RouteSet).ResourceNamesSubscribe);
        Assert.Empty(Next());
    }

    [Fact]
    public void What_is_unused_for_ten_minutes_is_given_up_with_all_that_belongs_to_it()
    {
        Ask(Question.Host("cart", "shop"));
        _store.Apply(Resources.Response(TypeUrls.Destination, [Resources.Destination(Cart, "shop/cart")]), 10);
        Give("shop/cart", Resources.Routes("shop/cart", "shop/cart-v2"));
        Give("shop/cart-v2", null);
        _ = Next();

        _store.TouchService("shop/cart", 300_000);
        _store.DropUnused(ConfigStore.UnusedMs + 100_000);
        Assert.Equal(9, _store.Subscriptions.Count);

        _store.DropUnused(300_000 + ConfigStore.UnusedMs);
        Assert.Equal([TypeUrls.PolicySet, TypeUrls.Telemetry], _store.Subscriptions.All.Select(static s => s.Key.TypeUrl).Order(StringComparer.Ordinal));
        Assert.Equal(7, Next().Sum(static r => r.ResourceNamesUnsubscribe.Count));
        Assert.False(_current.Value.TryResolveHost("cart", out _));
    }

    [Fact]
    public void Saved_state_brings_everything_back_also_that_something_does_not_exist()
    {
        Ask(Question.Host("cart", "shop"));
        Ask(Question.Host("nowhere", "shop"));
        _store.Apply(Resources.Response(TypeUrls.Destination, [Resources.Destination(Cart, "shop/cart")], ["host/nowhere@shop"], commit: 9), 10);
        Give("shop/cart", null);
        _store.Apply(Resources.Response(TypeUrls.PolicySet, [Resources.Policy("shop/web")]), 20);
        SavedResources saved = ResourceFile.Decode(ResourceFile.Encode(_store.Save(DateTimeOffset.UnixEpoch)));

        Current<MeshSnapshot> current = new(MeshSnapshot.Empty);
        ConfigStore restarted = new("shop/web", current);
        restarted.Load(saved, 0);
        Assert.NotNull(current.Value.Policy);
        Assert.Equal(9UL, current.Value.Commit);
        List<Lookup> answers = [];
        restarted.Ask(Question.Host("cart", "shop"), 0, answers.Add);
        restarted.Ask(Question.Host("nowhere", "shop"), 0, answers.Add);
        Assert.Equal([Lookup.Found, Lookup.Absent], answers);
    }

    [Fact]
    public void Names_that_do_not_exist_make_room_for_new_ones_at_the_bound()
    {
        string[] names = [.. Enumerable.Range(0, SubscriptionSet.Max).Select(static i => $"host/n{i}@shop")];
        for (int i = 0; i < names.Length; i++)
        {
            _store.Subscriptions.Add(new ResourceKey(TypeUrls.Destination, names[i]), 100 + i);
        }

        Assert.Equal(SubscriptionSet.Max, _store.Subscriptions.Count);
        Ask(Question.Host("late", "shop"));
        Assert.Equal([Lookup.Unknown], _answers);

        _store.Apply(Resources.Response(TypeUrls.Destination, [], names[5..7]), 10);
        Ask(Question.Host("late", "shop"));
        Assert.Null(_store.Subscriptions.Find(new ResourceKey(TypeUrls.Destination, names[5])));
        Assert.NotNull(_store.Subscriptions.Find(new ResourceKey(TypeUrls.Destination, names[6])));
        Assert.NotNull(_store.Subscriptions.Find(new ResourceKey(TypeUrls.Destination, "host/late@shop")));
    }

    [Fact]
    public void The_own_policy_removed_by_the_server_means_nobody_may_in()
    {
        _store.Apply(Resources.Response(TypeUrls.PolicySet, [Resources.Policy("shop/web")]), 10);
        Assert.NotNull(_current.Value.Policy);
        _store.Apply(Resources.Response(TypeUrls.PolicySet, [], ["shop/web"]), 20);
        Assert.Null(_current.Value.Policy);
    }

    private void Ask(Question question, long nowMs = 0) => _store.Ask(question, nowMs, _answers.Add);

    private void Give(string service, Resource? routes)
    {
        _store.Apply(Resources.Response(TypeUrls.Service, [Resources.Service(service)]), 10);
        _store.Apply(Resources.Response(TypeUrls.Endpoints, [Resources.Endpoints(service, "10.0.0.1")]), 10);
        _store.Apply(Resources.Response(TypeUrls.RouteSet, routes is null ? [] : [routes], routes is null ? [service] : []), 10);
    }

    private DeltaDiscoveryRequest[] First() => [.. _store.FirstRequests(new Node { Id = "node-1" })];

    private DeltaDiscoveryRequest[] Next() => [.. _store.NextRequests()];
}
