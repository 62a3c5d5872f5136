using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Weft.Authority;
using Weft.Contracts.Discovery;
using Weft.Contracts.Session;
using Weft.ControlPlane.Signing;
using Weft.ControlPlane.Tests.Support;
using Weft.Identity;
using Xunit;

namespace Weft.ControlPlane.Tests.Signing;

public sealed class JoiningTests
{
    [Fact]
    public async Task A_token_gives_its_bearer_the_identity_it_is_bound_to()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        SignResponse signed = proxy.Signed!;
        Assert.Equal("weft.local", signed.TrustDomain);
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(signed.Chain[0]);
        using X509Certificate2 issuer = X509CertificateLoader.LoadCertificate(signed.Chain[1]);
        PeerVerdict verdict = PeerVerifier.Verify(
            leaf, [issuer], new TrustBundle(signed.TrustDomain, signed.Roots), PeerRole.Client, TimeProvider.System.GetUtcNow());
        Assert.Equal("spiffe://weft.local/ns/shop/svc/cart", verdict.Identity?.ToString());
        Assert.Contains(mesh.Store.Audit, entry => entry.Action == "token.issue");
        Assert.Contains(mesh.Store.Audit, entry => entry is { Action: "workload.join", Outcome: "ok" });
    }

    [Fact]
    public async Task The_server_shows_the_root_that_the_token_pins()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        string text = mesh.Token("shop", "cart");
        Assert.True(JoinToken.TryParse(text, out JoinToken? token));
        await using var proxy = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");
        await proxy.JoinAsync(text);
        Assert.Contains(proxy.ServerChain, certificate => token.Root.Matches(certificate));
    }

    [Fact]
    public async Task A_token_works_once_and_the_second_use_is_audited()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        string token = mesh.Token("shop", "cart");
        await using var first = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");
        await using var second = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-2");
        await first.JoinAsync(token);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => second.JoinAsync(token));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.Contains("already", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(mesh.Store.Audit, entry => entry is { Action: "workload.join", Outcome: "refused" });
    }

    [Fact]
    public async Task Of_many_who_use_one_token_at_once_one_joins()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        string token = mesh.Token("shop", "cart");
        await using var proxy = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");
        byte[] csr = CertificateRequestBuilder.Build(proxy.Key, null);
        Task<SignResponse>[] tries =
        [
            .. Enumerable.Range(0, 20).Select(_ => proxy.SignAsync(new SignRequest { Csr = csr, JoinToken = token, Namespace = "shop", Service = "cart" })),
        ];
        await Task.WhenAny(Task.WhenAll(tries));
        Assert.Equal(1, tries.Count(attempt => attempt.IsCompletedSuccessfully));
    }

    [Theory]
    [InlineData("shop", "admin")]
    [InlineData("other", "cart")]
    public async Task A_token_is_no_good_for_another_service_and_is_not_used_up_by_the_try(string ns, string service)
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        string token = mesh.Token("shop", "cart");
        await using var thief = new ScriptedProxy(mesh.Plane.Address, ns, service, "x");
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => thief.JoinAsync(token));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        await using var owner = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");
        await owner.JoinAsync(token);
    }

    [Fact]
    public async Task A_broken_request_does_not_cost_the_token()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        string token = mesh.Token("shop", "cart");
        await using var proxy = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");
        var broken = new SignRequest { Csr = [1, 2, 3], JoinToken = token, Namespace = "shop", Service = "cart" };
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => proxy.SignAsync(broken));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        await proxy.JoinAsync(token);
    }

    [Fact]
    public void An_expired_token_is_refused()
    {
        var time = new ManualTime();
        var store = new MemoryMetaStore();
        using var authority = CertificateAuthority.Open(new AuthorityStore(store), new AuthorityOptions { TrustDomain = "weft.local" }, time);
        var tokens = new JoinTokens(store, authority, time);
        Assert.True(JoinToken.TryParse(tokens.Issue(new("shop", "cart", 600), new("test")).Token, out JoinToken? token));
        Assert.Null(tokens.Check(token, "shop", "cart"));
        time.Advance(600);
        Assert.Contains("expired", tokens.Check(token, "shop", "cart"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_renews_itself_and_no_other_identity()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using ScriptedProxy proxy = await mesh.JoinAsync("shop", "cart", "cart-1");
        byte[] csr = CertificateRequestBuilder.Build(proxy.Key, null);
        SignResponse renewed = await proxy.SignAsync(new SignRequest { Csr = csr });
        Assert.NotEqual(proxy.Signed!.Chain[0], renewed.Chain[0]);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => proxy.SignAsync(new SignRequest { Csr = csr, Namespace = "shop", Service = "admin" }));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }

    [Fact]
    public async Task Without_certificate_only_signing_is_possible()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using var proxy = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");
        RpcException session = await Assert.ThrowsAsync<RpcException>(() => proxy.OpenSession().ReadAsync());
        Assert.Equal(StatusCode.Unauthenticated, session.StatusCode);
        AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta = proxy.OpenDelta();
        RpcException discovery = await Assert.ThrowsAsync<RpcException>(() => delta.ReadAsync());
        Assert.Equal(StatusCode.Unauthenticated, discovery.StatusCode);
        RpcException signing = await Assert.ThrowsAsync<RpcException>(
            () => proxy.SignAsync(new SignRequest { Csr = CertificateRequestBuilder.Build(proxy.Key, null), Namespace = "shop", Service = "cart" }));
        Assert.Equal(StatusCode.PermissionDenied, signing.StatusCode);
    }

    [Fact]
    public async Task A_certificate_of_a_foreign_authority_does_not_get_past_the_handshake()
    {
        await using TestMesh mesh = await TestMesh.StartAsync();
        await using var proxy = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");
        using var foreign = CertificateAuthority.Open(
            new AuthorityStore(new MemoryMetaStore()), new AuthorityOptions { TrustDomain = "weft.local" }, TimeProvider.System);
        Present(proxy, foreign);
        await AssertNothingGetsThrough(proxy);
    }

    [Fact]
    public async Task An_expired_certificate_does_not_get_past_the_handshake()
    {
        var store = new MemoryMetaStore();
        await using TestMesh mesh = await TestMesh.StartAsync(store: store);
        await using var proxy = new ScriptedProxy(mesh.Plane.Address, "shop", "cart", "cart-1");

        // The same authority, asked two minutes ago for one second.
        var time = new ManualTime { Now = TimeProvider.System.GetUtcNow().AddMinutes(-2) };
        using var authority = CertificateAuthority.Open(
            new AuthorityStore(store), new AuthorityOptions { TrustDomain = "weft.local", LeafLifetime = TimeSpan.FromSeconds(1) }, time);
        Present(proxy, authority, isExpired: true);
        await AssertNothingGetsThrough(proxy);
    }

    private static void Present(ScriptedProxy proxy, CertificateAuthority authority, bool isExpired = false)
    {
        IssuedCertificate issued = authority.Issue(CertificateRequestBuilder.Build(proxy.Key, null), SpiffeId.ForWorkload("weft.local", "shop", "cart"));
        Assert.Equal(isExpired, issued.NotAfter < TimeProvider.System.GetUtcNow());
        proxy.UseCertificate(new SignResponse { Chain = [.. issued.Chain] });
    }

    private static async Task AssertNothingGetsThrough(ScriptedProxy proxy)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => proxy.SignAsync(new SignRequest { Csr = CertificateRequestBuilder.Build(proxy.Key, null) }));
        Assert.True(refused.StatusCode is StatusCode.Unavailable or StatusCode.Internal, refused.ToString());
    }
}
