using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Identity;

/// <summary>The rules by which one peer accepts another's certificate (SPIFFE X.509-SVID, sections 2 to 5). Pure: the time comes as a parameter and
/// nothing is fetched from anywhere.</summary>
public static class PeerVerifier
{
    /// <summary>Most certificates that a peer may send beside its leaf.</summary>
    public const int MaxIntermediates = 6;

    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const X509KeyUsageFlags SigningUsages = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    /// <summary>Judges a certificate. The cheap rules come first: nothing is verified by cryptography for a peer that is not even well formed.</summary>
    /// <param name="leaf">The certificate that the peer proved to own.</param>
    /// <param name="intermediates">What the peer sent beside it, in any order; may contain the leaf itself.</param>
    /// <param name="bundle">The roots of our trust domain.</param>
    /// <param name="role">The end of the handshake that the peer plays.</param>
    /// <param name="now">The time to judge by.</param>
    public static PeerVerdict Verify(
        X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> intermediates, TrustBundle bundle, PeerRole role, DateTimeOffset now)
    {
        if (intermediates.Count > MaxIntermediates + 1)
        {
            return PeerVerdict.Refuse(PeerFault.ChainTooLong, $"{intermediates.Count} certificates were sent, at most {MaxIntermediates} are read");
        }

        PeerVerdict named = VerifyName(leaf, bundle.TrustDomain);
        if (!named.IsAccepted)
        {
            return named;
        }

        PeerFault usage = VerifyUsage(leaf, role);
        if (usage != PeerFault.None)
        {
            return PeerVerdict.Refuse(usage, $"certificate of {named.Identity}");
        }

        return VerifyChain(leaf, intermediates, bundle, role, now) is { } fault ? fault : named;
    }

    private static PeerVerdict VerifyName(X509Certificate2 leaf, string trustDomain)
    {
        PeerFault fault = SubjectNames.ReadSoleUri(leaf, out byte[] uri);
        if (fault != PeerFault.None)
        {
            return PeerVerdict.Refuse(fault, fault == PeerFault.NotOneUriName ? "exactly one URI name is required" : "unreadable subject alternative names");
        }

        if (!SpiffeId.TryParse(uri, out SpiffeId? id))
        {
            return PeerVerdict.Refuse(PeerFault.NotSpiffeId, "the URI name is not a SPIFFE ID");
        }

        if (!string.Equals(id.TrustDomain, trustDomain, StringComparison.Ordinal))
        {
            return PeerVerdict.Refuse(PeerFault.ForeignTrustDomain, $"trust domain '{id.TrustDomain}', expected '{trustDomain}'");
        }

        return id.Path.Length == 0 ? PeerVerdict.Refuse(PeerFault.NotWorkload, "the identity has no path") : PeerVerdict.Accept(id);
    }

    private static PeerFault VerifyUsage(X509Certificate2 leaf, PeerRole role)
    {
        bool keyUsageSeen = false;
        bool purposeSeen = false;
        try
        {
            foreach (X509Extension extension in leaf.Extensions)
            {
                switch (extension)
                {
                    case X509BasicConstraintsExtension { CertificateAuthority: true }:
                        return PeerFault.AuthorityAsLeaf;
                    case X509KeyUsageExtension usage:
                        keyUsageSeen = true;
                        if ((usage.KeyUsages & SigningUsages) != 0 || (usage.KeyUsages & X509KeyUsageFlags.DigitalSignature) == 0)
                        {
                            return PeerFault.WrongKeyUsage;
                        }

                        break;
                    case X509EnhancedKeyUsageExtension purposes:
                        purposeSeen = true;
                        if (purposes.EnhancedKeyUsages[Purpose(role)] is null)
                        {
                            return PeerFault.WrongPurpose;
                        }

                        break;
                    default:
                        break;
                }
            }
        }
        catch (CryptographicException)
        {
            // The framework decodes an extension when it is looked at; one that cannot be decoded allows nothing.
            return PeerFault.WrongKeyUsage;
        }

        return !keyUsageSeen ? PeerFault.WrongKeyUsage : purposeSeen ? PeerFault.None : PeerFault.WrongPurpose;
    }

    private static PeerVerdict? VerifyChain(
        X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> intermediates, TrustBundle bundle, PeerRole role, DateTimeOffset now)
    {
        // Said apart because an expired certificate has another cure than a foreign one; the chain below checks the times of all.
        if (now < leaf.NotBefore.ToUniversalTime() || now > leaf.NotAfter.ToUniversalTime())
        {
            return PeerVerdict.Refuse(PeerFault.OutsideValidity, $"valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u}");
        }

        using var chain = new X509Chain();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(bundle.Certificates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationFlags = X509VerificationFlags.NoFlag;
        policy.VerificationTime = now.UtcDateTime;
        policy.ApplicationPolicy.Add(new Oid(Purpose(role)));
        foreach (X509Certificate2 certificate in intermediates)
        {
            policy.ExtraStore.Add(certificate);
        }

        // Only the returned value decides: status flags have been wrong before (CVE-2024-0057) and are used for the log line alone.
        bool trusted = chain.Build(leaf);
        string detail = trusted ? "" : DescribeStatus(chain);
        foreach (X509ChainElement element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return trusted ? null : PeerVerdict.Refuse(PeerFault.Untrusted, detail);
    }

    private static string DescribeStatus(X509Chain chain)
    {
        X509ChainStatusFlags all = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            all |= status.Status;
        }

        return all.ToString();
    }

    private static string Purpose(PeerRole role) => role == PeerRole.Client ? ClientAuth : ServerAuth;
}
