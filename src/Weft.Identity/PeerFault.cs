namespace Weft.Identity;

/// <summary>Why a peer's certificate was not accepted. One member per rule, so that a log line says which one.</summary>
public enum PeerFault
{
    None = 0,

    /// <summary>More certificates were sent than a chain may have.</summary>
    ChainTooLong,

    /// <summary>The names in the certificate cannot be read, or the extension appears twice.</summary>
    MalformedNames,

    /// <summary>Not exactly one URI name (X.509-SVID, section 2).</summary>
    NotOneUriName,

    /// <summary>The URI name is not a SPIFFE ID.</summary>
    NotSpiffeId,

    /// <summary>The SPIFFE ID belongs to a trust domain that is not ours.</summary>
    ForeignTrustDomain,

    /// <summary>The SPIFFE ID names a trust domain, not a workload.</summary>
    NotWorkload,

    /// <summary>A signing certificate stands where a leaf must.</summary>
    AuthorityAsLeaf,

    /// <summary>Key usage lacks digital signature or allows signing of certificates (X.509-SVID, section 4.3).</summary>
    WrongKeyUsage,

    /// <summary>Extended key usage does not allow the role the peer plays.</summary>
    WrongPurpose,

    /// <summary>Outside its validity.</summary>
    OutsideValidity,

    /// <summary>No valid chain to a root of the bundle.</summary>
    Untrusted,
}
