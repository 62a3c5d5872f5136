using System.Buffers.Binary;

namespace Weft.Proxy.Security;

/// <summary>
/// The chains that were verified under one TLS context. The same peers come again and again with the same certificates, and whether those lead to
/// a root depends on nothing but the certificates, the roots and the time: the roots belong to the context, and every entry knows its time. So a
/// chain that has been seen is not verified again. The handshake still proves each time that the peer holds the key.
/// A bundle with a root less, or whatever else takes trust away, is a new context and starts with nothing.
/// </summary>
internal sealed unsafe class VerifiedChains(TimeProvider clock)
{
    /// <summary>Chains kept; a further one takes the place of another. Only who was verified gets one, so strangers push nobody out.</summary>
    private const int SlotCount = 512;

    /// <summary>Longer chains are verified each time.</summary>
    private const int CertificatesMax = 8;

    private const int FingerprintSize = 32;

    // Loops share a context: an entry is immutable, and a slot that two write at once keeps one of them.
    private readonly VerifiedChain?[] _slots = new VerifiedChain?[SlotCount];

    /// <summary>Chains that were found and not verified again. Approximate.</summary>
    public long Hits { get; private set; }

    /// <summary>Does what X509_verify_cert(3) does, or finds that it has been done. Null when the chain does not hold: the reason is in the verification.</summary>
    /// <param name="verification">OpenSSL's X509_STORE_CTX.</param>
    public VerifiedChain? Verify(nint verification)
    {
        byte* fingerprints = stackalloc byte[CertificatesMax * FingerprintSize];
        ReadOnlySpan<byte> key = new(fingerprints, TakeFingerprints(verification, fingerprints));
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (!key.IsEmpty && Find(key) is { } known && known.HoldsAt(now))
        {
            Hits++;
            OpenSsl.X509_STORE_CTX_set_error(verification, 0);
            return known;
        }

        if (OpenSsl.X509_verify_cert(verification) != 1)
        {
            return null;
        }

        (long from, long until) = Validity(verification, now);
        VerifiedChain verified = new(key.ToArray(), from, until, PeerNames.OfCertificate(OpenSsl.X509_STORE_CTX_get0_cert(verification)));
        if (!key.IsEmpty)
        {
            Volatile.Write(ref _slots[Slot(key)], verified);
        }

        return verified;
    }

    private VerifiedChain? Find(ReadOnlySpan<byte> key)
        => Volatile.Read(ref _slots[Slot(key)]) is { } entry && key.SequenceEqual(entry.Fingerprints) ? entry : null;

    private static int Slot(ReadOnlySpan<byte> key) => (int)(BinaryPrimitives.ReadUInt32LittleEndian(key) % SlotCount);

    /// <summary>Bytes written; 0 when the chain is too long to be kept.</summary>
    private static int TakeFingerprints(nint verification, byte* output)
    {
        nint sent = OpenSsl.X509_STORE_CTX_get0_untrusted(verification);
        int count = sent == 0 ? 0 : OpenSsl.OPENSSL_sk_num(sent);
        if (count is < 1 or > CertificatesMax || OpenSsl.OPENSSL_sk_value(sent, 0) != OpenSsl.X509_STORE_CTX_get0_cert(verification))
        {
            return 0;
        }

        for (int i = 0; i < count; i++)
        {
            uint length;
            if (OpenSsl.X509_digest(OpenSsl.OPENSSL_sk_value(sent, i), OpenSsl.EVP_sha256(), output + (i * FingerprintSize), &length) != 1)
            {
                return 0;
            }
        }

        return count * FingerprintSize;
    }

    /// <summary>When every certificate of the verified chain is valid.</summary>
    private static (long FromUnixS, long UntilUnixS) Validity(nint verification, long now)
    {
        nint chain = OpenSsl.X509_STORE_CTX_get0_chain(verification);
        long from = 0;
        long until = chain == 0 ? 0 : long.MaxValue;
        for (int i = 0; chain != 0 && i < OpenSsl.OPENSSL_sk_num(chain); i++)
        {
            nint certificate = OpenSsl.OPENSSL_sk_value(chain, i);
            from = Math.Max(from, now + SecondsFromNow(OpenSsl.X509_get0_notBefore(certificate)));
            until = Math.Min(until, now + SecondsFromNow(OpenSsl.X509_get0_notAfter(certificate)));
        }

        return (from, until);
    }

    /// <summary>A time that cannot be read lies in the past, where nothing is kept because of it.</summary>
    private static long SecondsFromNow(nint time)
    {
        int days;
        int seconds;
        return OpenSsl.ASN1_TIME_diff(&days, &seconds, 0, time) == 1 ? (days * 86_400L) + seconds : int.MinValue;
    }
}
