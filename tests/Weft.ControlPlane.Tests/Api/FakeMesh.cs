using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Audit;

namespace Weft.ControlPlane.Tests.Api;

/// <summary>The rooms behind the API, reduced to answers that tests choose.</summary>
internal sealed class FakeMesh : IMeshView, ITrafficView, ITokenIssuer, IProxyCommands, ITrustView, IDisposable
{
    public FakeMesh()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=api", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        ServerCertificate = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public List<string> Issued { get; } = [];

    public ProxyCommandResult CommandResult { get; set; } = ProxyCommandResult.Done;

    public (TimeSpan Window, string By, string? Namespace) LastQuery { get; private set; }

    public X509Certificate2 ServerCertificate { get; }

    public X509Certificate2Collection ServerChain => [];

    public IReadOnlyList<string> Verbs => ["drain", "dump"];

    public MeshPorts Ports => new() { Mesh = this, Traffic = this, Tokens = this, Commands = this, Trust = this, Services = new Checks.NoServices() };

    public MeshStatus GetStatus() => new() { Commit = 7, TrustDomain = "weft.local" };

    public async ValueTask<RolloutStatus?> GetRolloutAsync(long commit, TimeSpan wait, CancellationToken stop)
    {
        if (commit > 7)
        {
            return null;
        }

        await Task.Delay(wait, stop);
        return new RolloutStatus { Commit = commit, Done = true };
    }

    public IReadOnlyList<ServiceItem> GetServices() => [new ServiceItem("shop", "cart", "240.77.0.1", [8080], 2, 2, false)];

    public TrafficTable GetEdges(TimeSpan window, string? ns) => Query(window, "edges", ns);

    public TrafficTable GetStat(TimeSpan window, string by, string? ns) => Query(window, by, ns);

    public TokenResult Issue(TokenRequest request, Actor actor)
    {
        Issued.Add($"{actor} {request.Namespace}/{request.Service} {request.TtlSeconds}");
        return new TokenResult("secret", DateTimeOffset.UnixEpoch, request.Namespace, request.Service);
    }

    public ValueTask<ProxyCommandOutcome> SendAsync(string ns, string workload, string verb, CancellationToken stop)
        => ValueTask.FromResult(new ProxyCommandOutcome(CommandResult, $"{verb} {ns}/{workload}"));

    public TrustItem GetTrust() => new("weft.local", "pem", "pin");

    public void Dispose() => ServerCertificate.Dispose();

    private TrafficTable Query(TimeSpan window, string by, string? ns)
    {
        LastQuery = (window, by, ns);
        return new TrafficTable { WindowSeconds = window.TotalSeconds };
    }
}
