using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weft.Contracts;
using Weft.Contracts.Api;
using Weft.ControlPlane.Checks;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Serving;
using Weft.Identity;
using Weft.Model;
using Weft.Routing.Snapshot;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>
/// The way of a commit from the file to the proxies. What is read without a mistake is checked without an exception, and what passes the checks becomes resources of which no proxy
/// refuses one: a commit that the server took and a proxy does not take would be the worst of both.
/// </summary>
internal static class CommitOracle
{
    private static readonly MeshView s_empty = MeshView.Empty(MakeBundle());
    private static readonly string[] s_types = [TypeUrls.PolicySet, TypeUrls.Service, TypeUrls.Endpoints, TypeUrls.RouteSet];

    internal static bool Check(byte[] input)
    {
        ParsedSet set = ModelParser.Parse([new SourceDocument("input", Encoding.UTF8.GetString(input))], "shop");
        if (set.HasErrors || set.Resources.Count == 0)
        {
            return false;
        }

        MeshModel model = MeshModel.Of(set.Resources);
        if (ModelChecks.RunOnChange(MeshModel.Empty, model, ["input"], new EveryService()).Any(static finding => finding.Severity == "error"))
        {
            return false;
        }

        MeshView view = MeshViewBuilder.Preview(s_empty, new ModelIndex(1, model), []);
        HashSet<NamespacedName> services = [.. view.Services.Keys, .. model.All.Select(static resource => resource.Key.NamespacedName)];
        SnapshotBuilder builder = new("shop/cart");
        foreach (NamespacedName service in services)
        {
            foreach (string type in s_types)
            {
                if (ResourceGenerator.Generate(new DiscoveryKey(type, service.ToString()), view) is { } bytes)
                {
                    Refusal? refusal = builder.Put(new RawResource(type, service.ToString(), "1", bytes));
                    DisagreementException.Unless(refusal is null, $"a proxy takes what the server took: {refusal}");
                }
            }
        }

        DisagreementException.Unless(builder.Build(1).Refusals.Count == 0, "the snapshot has no refusals");
        return true;
    }

    private static TrustBundle MakeBundle()
    {
        using ECDsa key = CertificateRequestBuilder.CreateKey();
        CertificateRequest request = new("CN=root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return new TrustBundle("weft.local", [root.RawData]);
    }

    /// <summary>Services of which nothing but the name is known: the checks have nothing to say against them.</summary>
    private sealed class EveryService : IServiceDirectory
    {
        public bool Exists(NamespacedName service) => true;

        public IReadOnlyList<int> PortsOf(NamespacedName service) => [];

        public IEnumerable<string> NamesIn(string ns) => [];
    }
}
