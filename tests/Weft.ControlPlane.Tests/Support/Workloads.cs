using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Registry;
using Weft.Identity;
using Weft.Model;

namespace Weft.ControlPlane.Tests.Support;

/// <summary>Registry records and views for tests of pure code.</summary>
internal static class Workloads
{
    internal static readonly Identity.TrustBundle Bundle = NewBundle();

    internal static WorkloadRecord Record(
        string service, string name, string address, Health health = Health.Healthy, params (string Key, string Value)[] labels)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["service"] = service, ["namespace"] = "shop" };
        foreach ((string key, string value) in labels)
        {
            all[key] = value;
        }

        return new WorkloadRecord
        {
            Name = new NamespacedName("shop", name),
            Service = new NamespacedName("shop", service),
            Identity = $"spiffe://weft.local/ns/shop/svc/{service}",
            Address = address,
            TunnelPort = 15008,
            Ports = [new WorkloadPort { Port = 8080, TargetPort = 8080, Protocol = "http1" }],
            Labels = all,
            Health = health,
        };
    }

    internal static MeshView View(string yaml, params WorkloadRecord[] registered)
        => MeshViewBuilder.Build(Bundle, new ModelIndex(1, Models.Parse(yaml)), registered, new VirtualAddressBook(new MemoryMetaStore()));

    internal static Hello Hello(string service, string workload, string address = "10.0.0.1") => new()
    {
        Workload = "shop/" + workload,
        Service = "shop/" + service,
        Address = address,
        TunnelPort = 15008,
        Epoch = "e1",
    };

    internal static SpiffeId Id(string service) => SpiffeId.ForWorkload("weft.local", "shop", service);

    private static Identity.TrustBundle NewBundle()
    {
        using var authority = Authority.CertificateAuthority.Open(
            new ControlPlane.Signing.AuthorityStore(new MemoryMetaStore()), new Authority.AuthorityOptions { TrustDomain = "weft.local" }, TimeProvider.System);
        return authority.Bundle;
    }
}
