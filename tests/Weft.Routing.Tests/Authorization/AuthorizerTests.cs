using CsCheck;
using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Weft.Routing.Authorization;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests.Authorization;

public sealed class AuthorizerTests
{
    private const string Web = "spiffe://weft.test/ns/shop/svc/web";
    private static readonly PeerContext WebPeer = new(Web, "shop");

    [Fact]
    public void Without_policies_received_everybody_is_denied()
        => Assert.Equal(new Verdict(EndReason.NoPolicy, ""), Authorizer.Judge(null, WebPeer, Heads.Request("/"), 80));

    [Fact]
    public void A_snapshot_without_a_policy_set_denies()
        => Assert.Null(Meshes.Build(Meshes.Raw(Meshes.Service(Meshes.Own))).Policy);

    [Theory]
    [InlineData(DefaultAction.Allow, EndReason.Ok)]
    [InlineData(DefaultAction.Deny, EndReason.DeniedByPolicy)]
    public void Without_rules_the_default_decides(DefaultAction action, EndReason expected)
        => Assert.Equal(expected, Judge(new PolicySet { DefaultAction = action }, WebPeer, Heads.Request("/")).Reason);

    [Fact]
    public void Strict_mode_refuses_plain_peers()
    {
        PolicySet set = new() { TlsMode = TlsMode.Strict };
        Assert.Equal(EndReason.PlaintextRefused, Judge(set, PeerContext.Plain, null).Reason);
        Assert.Equal(EndReason.Ok, Judge(set, WebPeer, null).Reason);
    }

    [Fact]
    public void The_verdict_names_the_first_rule_that_decided()
    {
        PolicySet set = Set(Policy("n/deny", PolicyAction.Deny, From(identities: "spiffe://weft.test/ns/shop/svc/other"), From(identities: Web), new PolicyRule()));
        Assert.Equal(new Verdict(EndReason.DeniedByPolicy, "n/deny", 1), Judge(set, WebPeer, Heads.Request("/")));
    }

    [Fact]
    public void A_policy_that_denies_goes_before_one_that_allows()
    {
        PolicySet set = Set(Policy("n/allow", PolicyAction.Allow, new PolicyRule()), Policy("n/deny", PolicyAction.Deny, From(identities: Web)));
        Assert.Equal(new Verdict(EndReason.DeniedByPolicy, "n/deny", 0), Judge(set, WebPeer, Heads.Request("/")));
        Assert.Equal(new Verdict(EndReason.Ok, "n/allow", 0), Judge(set, new PeerContext("spiffe://weft.test/ns/shop/svc/other", "shop"), Heads.Request("/")));
    }

    [Fact]
    public void Where_one_policy_allows_everything_else_is_denied()
        => Assert.Equal(
            new Verdict(EndReason.DeniedByPolicy, Verdict.NoAllowMatched),
            Judge(Set(Policy("n/a", PolicyAction.Allow, From(identities: Web + "x"))), WebPeer, Heads.Request("/")));

    [Fact]
    public void An_allow_policy_without_rules_allows_nothing()
        => Assert.Equal(EndReason.DeniedByPolicy, Judge(Set(Policy("n/a", PolicyAction.Allow)), WebPeer, Heads.Request("/")).Reason);

    [Theory]
    [InlineData(Web, true)]
    [InlineData("spiffe://weft.test/ns/shop/*", true)]
    [InlineData("*/svc/web", true)]
    [InlineData("*", true)]
    [InlineData("spiffe://weft.test/ns/shop/svc/we", false)]
    [InlineData("spiffe://WEFT.test/ns/shop/svc/web", false)]
    [InlineData("spiffe://weft.test/ns/shop/svc/web/*", false)]
    public void Identities_are_compared_byte_for_byte(string pattern, bool expected)
        => Assert.Equal(expected, Judge(Set(Policy("n/a", PolicyAction.Allow, From(identities: pattern))), WebPeer, null).IsAllowed);

    [Theory]
    [InlineData("*")]
    [InlineData("spiffe://weft.test/ns/shop/*")]
    public void A_plain_peer_has_no_identity_that_a_list_could_name(string pattern)
    {
        Assert.False(Judge(Set(Policy("n/a", PolicyAction.Allow, From(identities: pattern))), PeerContext.Plain, null).IsAllowed);
        PolicyRule others = new() { From = { new PolicySource { NotIdentities = { pattern } } } };
        Assert.Equal("n/d", Judge(Set(Policy("n/d", PolicyAction.Deny, others)), PeerContext.Plain, null).PolicyName);
    }

    [Fact]
    public void A_plain_peer_is_outside_every_namespace()
    {
        PolicyRule others = new() { From = { new PolicySource { NotNamespaces = { "shop" } } } };
        PolicySet set = Set(Policy("n/d", PolicyAction.Deny, others));
        Assert.False(Judge(set, PeerContext.Plain, null).IsAllowed);
        Assert.True(Judge(set, WebPeer, null).IsAllowed);
        Assert.False(Judge(set, new PeerContext("spiffe://weft.test/ns/bank/svc/x", "bank"), null).IsAllowed);
    }

    [Theory]
    [InlineData("/admin", "/admin", false)]
    [InlineData("/admin", "//admin", false)]
    [InlineData("/admin", "/x/../admin", false)]
    [InlineData("/admin", "/%61dmin?x=1", false)]
    [InlineData("/admin", "/x/..;a=b/admin", false)]
    [InlineData("/admin", "/admin2", true)]
    [InlineData("/admin//", "/admin/", false)]
    [InlineData("/admin/*", "/admin/x/y", false)]
    [InlineData("/admin/*", "/admin/", false)]
    [InlineData("/admin/*", "/adminx", true)]
    [InlineData("*.php", "/a/b.php", false)]
    [InlineData("*.php", "/a/b.php/x", true)]
    [InlineData("*", "/anything", false)]
    public void Denied_paths_cannot_be_spelled_differently(string pattern, string target, bool allowed)
    {
        PolicyRule rule = new() { To = { new PolicyOperation { Paths = { pattern } } } };
        Assert.Equal(allowed, Judge(Set(Policy("n/d", PolicyAction.Deny, rule)), WebPeer, Heads.Request(target)).IsAllowed);
    }

    [Fact]
    public void A_path_without_canonical_form_is_refused_where_a_policy_looks_at_paths()
    {
        PolicyRule rule = new() { To = { new PolicyOperation { Paths = { "/admin" } } } };
        Assert.Equal(EndReason.BadRequest, Judge(Set(Policy("n/d", PolicyAction.Deny, rule)), WebPeer, Heads.Request("/x%2fadmin")).Reason);
    }

    [Fact]
    public void A_path_is_left_alone_where_no_policy_looks_at_it()
    {
        MessageHead head = Heads.Request("/x%2f//y");
        Assert.True(Judge(Set(Policy("n/a", PolicyAction.Allow, From(identities: Web))), WebPeer, head).IsAllowed);
        Assert.Equal("/x%2f//y", head.Target());
    }

    [Fact]
    public void Opaque_bytes_do_not_get_past_rules_on_method_or_path()
    {
        PolicyRule onPath = new() { To = { new PolicyOperation { Paths = { "/admin" }, Ports = { 80 } } } };
        Assert.Equal("n/d", Judge(Set(Policy("n/d", PolicyAction.Deny, onPath)), WebPeer, null).PolicyName);
        Assert.False(Judge(Set(Policy("n/a", PolicyAction.Allow, onPath)), WebPeer, null).IsAllowed);

        PolicyRule onOtherPort = new() { To = { new PolicyOperation { Paths = { "/admin" }, Ports = { 81 } } } };
        Assert.True(Judge(Set(Policy("n/d", PolicyAction.Deny, onOtherPort)), WebPeer, null).IsAllowed);
    }

    [Fact]
    public void Sources_and_operations_must_both_match()
    {
        PolicyRule rule = From(identities: Web);
        rule.To.Add(new PolicyOperation { Methods = { "GET" }, NotPaths = { "/private/*" } });
        PolicySet set = Set(Policy("n/a", PolicyAction.Allow, rule));
        Assert.True(Judge(set, WebPeer, Heads.Request("/")).IsAllowed);
        Assert.False(Judge(set, WebPeer, Heads.Request("/", "POST")).IsAllowed);
        Assert.False(Judge(set, WebPeer, Heads.Request("/", "get")).IsAllowed);
        Assert.False(Judge(set, WebPeer, Heads.Request("/private/x")).IsAllowed);
        Assert.False(Judge(set, PeerContext.Plain, Heads.Request("/")).IsAllowed);
    }

    [Fact]
    public void Verdicts_agree_with_a_slow_and_obvious_implementation()
    {
        Gen<List<string>> identities = Some("spiffe://weft.test/ns/shop/svc/web", "spiffe://weft.test/ns/shop/*", "*/svc/api", "*");
        Gen<List<string>> namespaces = Some("shop", "bank", "b*");
        Gen<List<string>> methods = Some("GET", "POST", "P*");
        Gen<List<string>> paths = Some("/a", "/a/*", "*.x");
        Gen<List<uint>> ports = Gen.UInt[80, 82].List[0, 2];
        Gen<PolicySource> source = Gen.Select(identities, identities, namespaces, namespaces, (i, ni, n, nn)
            => new PolicySource { Identities = i, NotIdentities = ni, Namespaces = n, NotNamespaces = nn });
        Gen<PolicyOperation> operation = Gen.Select(methods, methods, paths, paths, ports, ports, (m, nm, p, np, q, nq)
            => new PolicyOperation { Methods = m, NotMethods = nm, Paths = p, NotPaths = np, Ports = q, NotPorts = nq });
        Gen<PolicyRule> rule = Gen.Select(source.List[0, 2], operation.List[0, 2], (f, t) => new PolicyRule { From = f, To = t });
        Gen<AuthorizationPolicy> policy = Gen.Select(Gen.Enum<PolicyAction>(), rule.List[0, 2], (a, r) => new AuthorizationPolicy { Name = "n/" + a, Action = a, Rules = r });
        Gen<PolicySet> sets = Gen.Select(policy.List[0, 3], Gen.Enum<DefaultAction>(), (p, d) => new PolicySet { Policies = p, DefaultAction = d });
        Gen<PeerContext> peers = Gen.Int[0, 3].Select(i => i switch
        {
            0 => PeerContext.Plain,
            1 => WebPeer,
            2 => new PeerContext("spiffe://weft.test/ns/bank/svc/api", "bank"),
            _ => new PeerContext("spiffe://weft.test/elsewhere", null),
        });
        Gen<(string Method, string Path)?> requests = Gen.Select(Gen.Int[0, 6], Gen.OneOf(Gen.Const("/a"), Gen.Const("/a/b"), Gen.Const("/b.x")), (i, path)
            => i == 0 ? default((string, string)?) : (i % 2 == 0 ? "GET" : "POST", path));

        Gen.Select(sets, peers, requests, Gen.Int[80, 82]).Sample((set, peer, request, port) =>
        {
            MessageHead? head = request is { } r ? Heads.Request(r.Path, r.Method) : null;
            Assert.Equal(NaivePolicy.Allows(set, peer, request, (uint)port), Judge(set, peer, head, port).IsAllowed);
        }, iter: 4_000);
    }

    private static Gen<List<string>> Some(params string[] texts)
        => Gen.OneOf(Gen.Const(new List<string>()), Gen.Int[0, texts.Length - 1].Select(i => texts[i]).List[1, 2]);

    private static PolicySet Set(params AuthorizationPolicy[] policies) => new() { Policies = [.. policies] };

    private static AuthorizationPolicy Policy(string name, PolicyAction action, params PolicyRule[] rules) => new() { Name = name, Action = action, Rules = [.. rules] };

    private static PolicyRule From(params string[] identities) => new() { From = { new PolicySource { Identities = [.. identities] } } };

    private static Verdict Judge(PolicySet set, PeerContext peer, MessageHead? head, int port = 80)
    {
        set.Service = Meshes.Own;
        MeshSnapshot mesh = Meshes.Build(Meshes.Raw(set));
        return Authorizer.Judge(mesh.Policy, peer, head, port);
    }
}
