using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Weft.Contracts;
using Weft.Contracts.Session;
using Weft.Identity;
using Weft.Proxy.Engine;
using Weft.Proxy.Joining;
using Weft.Proxy.Rpc;
using Weft.Proxy.State;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Tests.Rpc;
using Weft.Proxy.Tests.Telemetry;
using Weft.Proxy.Tests.Testing;

namespace Weft.Proxy.Tests.Joining;

[Collection(nameof(BugTrap))]
public sealed class RenewalTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly ScriptedGrpc _server;
    private readonly string _path = Directory.CreateTempSubdirectory("weft-renewal-").FullName;
    private readonly StateDirectory _state;
    private readonly IdentityKeeper _keeper;
    private readonly Action<string> _sink = ProxyLog.Sink;
    private readonly List<string> _log = [];

    public RenewalTests()
    {
        ProxyLog.Sink = _log.Add;
        _loop = new EventLoop(new NullPoller(), _clock);
        _server = new ScriptedGrpc(_loop);
        _state = StateDirectory.Open(_path);
        _keeper = new IdentityKeeper(_loop, _clock, _state, new CertificateSigner("shop", "cart"));
    }

    public void Dispose()
    {
        ProxyLog.Sink = _sink;
        _loop.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public void A_certificate_is_due_at_half_of_its_life_give_or_take_a_tenth_of_that()
    {
        DateTimeOffset start = DateTimeOffset.UnixEpoch;
        Gen.Double[0, 1].Sample(random =>
        {
            double due = (RenewalPlan.DueAt(start, start.AddHours(24), random) - start).TotalHours;
            Assert.InRange(due, 12 * 0.9, 12 * 1.1);
        });
        Assert.NotEqual(RenewalPlan.DueAt(start, start.AddHours(24), 0.1), RenewalPlan.DueAt(start, start.AddHours(24), 0.9));
    }

    [Fact]
    public void It_is_renewed_when_due_with_a_new_key_and_kept_on_disk_and_the_old_contexts_make_room()
    {
        SavedIdentity first = Issue(_clock.GetUtcNow(), TimeSpan.FromHours(24));
        _keeper.Adopt(first, save: true);
        object? before = _keeper.Svid.Client;
        _ = _keeper.RunAsync(_server);
        Advance(hours: 10.7);
        Assert.Empty(_server.Calls);

        Advance(hours: 2.6);
        AnswerWith(Certify(_server.Call(GrpcMethods.Sign).Take<SignRequest>(), "cart"));
        Assert.NotEqual(first.KeyPem, _keeper.Identity!.KeyPem);
        Assert.NotSame(before, _keeper.Svid.Client);
        Assert.Equal(_keeper.Identity.ChainPem, _state.LoadIdentity()!.ChainPem);
    }

    [Fact]
    public void A_certificate_that_is_dated_back_is_not_renewed_over_and_over()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        (X509Certificate2 dated, ECDsa key) = SelfSigned("cart", now.AddMinutes(-5), TimeSpan.FromSeconds(320));
        _keeper.Adopt(SavedIdentity.Create(key.ExportPkcs8PrivateKeyPem(), [dated.RawData], [dated.RawData]), save: true);
        _ = _keeper.RunAsync(_server);
        Advance(hours: 8 / 3600.0);
        Assert.Empty(_server.Calls);
        Advance(hours: 4 / 3600.0);
        Assert.Single(_server.Calls);
    }

    [Fact]
    public void A_failed_renewal_is_tried_again_with_growing_pauses_and_says_what_is_left()
    {
        _keeper.Adopt(Issue(_clock.GetUtcNow(), TimeSpan.FromHours(24)), save: false);
        _server.Down = "no connection";
        _keeper.RenewNow();
        _ = _keeper.RunAsync(_server);
        for (int i = 0; i < 600; i++)
        {
            Advance(hours: 1 / 3600.0);
        }

        Assert.InRange(_server.Attempts, 5, 20);
        Assert.Contains("good for another 24 h", _log[0], StringComparison.Ordinal);

        _server.Down = null;
        Advance(hours: 0.2);
        AnswerWith(Certify(_server.Call(GrpcMethods.Sign).Take<SignRequest>(), "cart"));
        Assert.Contains("renewed", _log[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_for_somebody_else_is_not_taken()
    {
        SavedIdentity first = Issue(_clock.GetUtcNow(), TimeSpan.FromHours(24));
        _keeper.Adopt(first, save: false);
        _keeper.RenewNow();
        _ = _keeper.RunAsync(_server);
        AnswerWith(Certify(_server.Call(GrpcMethods.Sign).Take<SignRequest>(), "payments"));
        Assert.Same(first, _keeper.Identity);
        Assert.Contains("svc/payments", _log[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_trust_bundle_replaces_the_roots_and_an_unusable_one_does_not()
    {
        SavedIdentity first = Issue(_clock.GetUtcNow(), TimeSpan.FromHours(24));
        _keeper.Adopt(first, save: false);
        _keeper.TrustRoots([]);
        _keeper.TrustRoots([[1, 2, 3]]);
        Assert.Equal(first.RootsPem, _keeper.Identity!.RootsPem);

        using X509Certificate2 root = SelfSigned("second root", _clock.GetUtcNow(), TimeSpan.FromDays(10)).Certificate;
        _keeper.TrustRoots([root.RawData]);
        Assert.True(_keeper.Identity.HasRoot(RootPin.Of(root.RawData)));
        Assert.Equal(_keeper.Identity.RootsPem, _state.LoadIdentity()!.RootsPem);
    }

    private void AnswerWith(SignResponse response)
    {
        ScriptedCall call = _server.Call(GrpcMethods.Sign);
        call.Answer(response);
        call.End(new GrpcStatus(GrpcStatus.CodeOk, ""));
        Turn();
    }

    private void Advance(double hours)
    {
        // In steps, as a clock would: timers look again at least once a minute.
        for (double left = hours * 3600; left > 0; left -= 30)
        {
            _clock.AdvanceMs((long)(Math.Min(left, 30) * 1000));
            Turn();
        }
    }

    private void Turn()
    {
        while (_loop.RunOnce())
        {
        }
    }

    private static SavedIdentity Issue(DateTimeOffset now, TimeSpan life)
    {
        (X509Certificate2 certificate, ECDsa key) = SelfSigned("cart", now, life);
        return SavedIdentity.Create(key.ExportPkcs8PrivateKeyPem(), [certificate.RawData], [certificate.RawData]);
    }

    private static (X509Certificate2 Certificate, ECDsa Key) SelfSigned(string service, DateTimeOffset now, TimeSpan life)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + service, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(SubjectNames.Encode(SpiffeId.ForWorkload("weft.local", "shop", service.Replace(' ', '-')), [], [], critical: false));
        return (request.CreateSelfSigned(now, now + life), key);
    }

    /// <summary>What an authority would answer to a request: a certificate for its key.</summary>
    private SignResponse Certify(SignRequest asked, string service)
    {
        CertificateRequest csr = CertificateRequest.LoadSigningRequest(asked.Csr, HashAlgorithmName.SHA256);
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new("CN=root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(_clock.GetUtcNow(), _clock.GetUtcNow().AddDays(100));
        CertificateRequest leaf = new(new X500DistinguishedName("CN=leaf"), csr.PublicKey, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(SubjectNames.Encode(SpiffeId.ForWorkload("weft.local", "shop", service), [], [], critical: false));
        using X509Certificate2 certificate = leaf.Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(24), [1, 2, 3, 4]);
        SignResponse response = new() { TrustDomain = "weft.local" };
        response.Chain.Add(certificate.RawData);
        response.Roots.Add(root.RawData);
        return response;
    }
}
