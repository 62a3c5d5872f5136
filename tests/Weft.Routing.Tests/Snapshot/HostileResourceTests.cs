using CsCheck;
using Weft.Contracts;
using Weft.Contracts.Mesh;
using Weft.Routing.Authorization;
using Weft.Routing.Snapshot;
using Xunit;

namespace Weft.Routing.Tests.Snapshot;

/// <summary>Resources may be damaged in any way: the builder takes or refuses them, and what it took can be used.</summary>
public sealed class HostileResourceTests
{
    [Fact]
    public void Damaged_resources_are_taken_or_refused_and_never_crash()
    {
        RouteRule rule = Meshes.Rule("r", PathMatchKind.Regex, "/a{1,3}(b|c)*");
        rule.Match!.Headers.Add(new ValueMatch { Kind = ValueMatchKind.Regex, Name = "x", Value = "[a-z]+" });
        rule.RequestEdits.Add(new HeaderEdit { Name = "y", Value = "z" });
        PolicySet policies = new()
        {
            Service = Meshes.Own,
            Policies =
            {
                new AuthorizationPolicy
                {
                    Name = "n/p",
                    Rules = { new PolicyRule { From = { new PolicySource { Identities = { "spiffe://t/*" } } }, To = { new PolicyOperation { Paths = { "/a/*" } } } } },
                },
            },
        };
        Service described = Meshes.Service(Meshes.Own);
        described.HealthCheck = new HealthCheck { Kind = CheckKind.Http, Path = "/healthz", ExpectedStatuses = { new StatusRange { First = 200, Last = 299 } }, IntervalMs = 1_000 };
        RawResource[] good =
        [
            Meshes.Raw(described),
            Meshes.Raw(Meshes.Endpoints(Meshes.Own, 2)),
            Meshes.Raw(Meshes.Routes(rule)),
            Meshes.Raw(policies),
            Meshes.Raw("host/cart@shop", new Destination { Service = Meshes.Own, VirtualAddress = "240.77.0.1" }),
            new(TypeUrls.TrustBundle, "weft.test", "1", new TrustBundle { TrustDomain = "weft.test", Roots = { new byte[] { 0x30 } } }.ToBytes()),
        ];

        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 10_000]).Array[1, 6].Sample(damages =>
        {
            SnapshotBuilder builder = new(Meshes.Own);
            foreach (RawResource resource in good)
            {
                Assert.Null(builder.Put(resource));
            }

            foreach ((int which, int at, byte value, int cut) in damages)
            {
                byte[] bytes = [.. good[which].Bytes];
                bytes[at % bytes.Length] = value;
                builder.Put(good[which] with { Bytes = cut % 4 == 0 ? bytes[..(cut % bytes.Length)] : bytes });
            }

            MeshSnapshot mesh = builder.Build(1).Snapshot;
            Decider.Decide(mesh, new DecisionInput(Meshes.Own, 80, Heads.Request("/aab"), 1));
            Authorizer.Judge(mesh.Policy, PeerContext.Plain, Heads.Request("/aab"), 80);
        }, iter: 1_000);
    }
}
