using Weft.Contracts.Mesh;
using Weft.Contracts.Protobuf;
using Weft.Contracts.Session;
using Weft.Identity;

namespace Weft.ControlPlane.Registry;

/// <summary>A workload as the store keeps it: what its proxy said, and how it was.</summary>
internal sealed record StoredWorkload(WorkloadRecord Record, Hello Hello)
{
    /// <summary>One byte of health and the bytes of Hello; all else follows from Hello.</summary>
    internal byte[] ToBytes() => [(byte)Record.Health, .. Hello.ToBytes()];

    /// <summary>Null when the bytes do not make a workload of this trust domain any more; it will say Hello again.</summary>
    internal static StoredWorkload? Parse(byte[] bytes, string trustDomain)
    {
        try
        {
            Hello hello = Hello.Parse(bytes.AsSpan(1));
            int slash = hello.Service.IndexOf('/', StringComparison.Ordinal);
            SpiffeId identity = SpiffeId.ForWorkload(trustDomain, hello.Service[..slash], hello.Service[(slash + 1)..]);
            Health health = bytes[0] <= (byte)Health.Draining ? (Health)bytes[0] : Health.Unknown;
            return new StoredWorkload(HelloReader.Read(hello, identity) with { Health = health }, hello);
        }
        catch (Exception e) when (e is ProtoException or FormatException or RegistryException or ArgumentException)
        {
            return null;
        }
    }
}
