using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weft.Identity;

namespace Weft.Proxy.State;

/// <summary>
/// A workload's certificate with its key and the roots it lives under: what it needs to prove itself and to judge others.
/// Immutable; a renewal makes another one. PEM, because that is what OpenSSL and people read.
/// </summary>
internal sealed record SavedIdentity
{
    /// <summary>Private key, PKCS #8.</summary>
    public required string KeyPem { get; init; }

    /// <summary>Leaf first, then intermediates.</summary>
    public required string ChainPem { get; init; }

    public required string RootsPem { get; init; }

    public required SpiffeId Id { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Puts together what the authority answered, and refuses what does not fit: a foreign name or a certificate for another key.</summary>
    /// <exception cref="FormatException">The answer cannot be used; the message says why.</exception>
    public static SavedIdentity Create(string keyPem, IReadOnlyList<byte[]> chain, IReadOnlyList<byte[]> roots)
    {
        if (chain.Count == 0 || roots.Count == 0)
        {
            throw new FormatException($"the authority answered {chain.Count} certificates and {roots.Count} roots; at least one of each is needed");
        }

        return Parse(keyPem, ToPem(chain), ToPem(roots));
    }

    /// <exception cref="FormatException">A part is not PEM, has no SPIFFE ID, or key and certificate do not belong together.</exception>
    public static SavedIdentity Parse(string keyPem, string chainPem, string rootsPem)
    {
        try
        {
            using X509Certificate2 leaf = X509Certificate2.CreateFromPem(chainPem);
            using X509Certificate2 root = X509Certificate2.CreateFromPem(rootsPem);
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(keyPem);
            using ECDsa? certified = leaf.GetECDsaPublicKey();
            if (certified is null || !certified.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                throw new FormatException("the certificate is for another key");
            }

            if (SubjectNames.ReadSoleUri(leaf, out byte[] uri) != PeerFault.None || !SpiffeId.TryParse(uri, out SpiffeId? id) || !id.IsWorkload)
            {
                throw new FormatException("the certificate does not name exactly one workload");
            }

            return new SavedIdentity
            {
                KeyPem = keyPem,
                ChainPem = chainPem,
                RootsPem = rootsPem,
                Id = id,
                NotBefore = leaf.NotBefore.ToUniversalTime(),
                NotAfter = leaf.NotAfter.ToUniversalTime(),
            };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new FormatException("not a key and certificates in PEM: " + fault.Message, fault);
        }
    }

    /// <summary>Whether the pinned root is among the roots.</summary>
    public bool HasRoot(RootPin pin)
    {
        X509Certificate2Collection roots = [];
        roots.ImportFromPem(RootsPem);
        return roots.Any(root => pin.Matches(root.RawData));
    }

    public static string ToPem(IEnumerable<byte[]> certificates)
    {
        StringBuilder pem = new();
        foreach (byte[] der in certificates)
        {
            pem.Append(PemEncoding.Write("CERTIFICATE", der)).Append('\n');
        }

        return pem.ToString();
    }
}
