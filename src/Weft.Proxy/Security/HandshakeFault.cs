namespace Weft.Proxy.Security;

/// <summary>Why a TLS handshake failed.</summary>
internal enum HandshakeFault : byte
{
    None,

    /// <summary>Bytes that are no TLS, nothing in common, an alert of the peer, or a peer that left in the middle.</summary>
    Protocol,

    /// <summary>The peer left without a byte, as port checks do.</summary>
    NothingSaid,

    /// <summary>The peer showed no certificate.</summary>
    NoCertificate,

    /// <summary>The peer's chain ends in no root that is trusted.</summary>
    UnknownIssuer,

    /// <summary>A certificate of the peer's chain is expired or not valid yet.</summary>
    Expired,

    /// <summary>A certificate of the peer's chain does not hold for another reason.</summary>
    InvalidCertificate,
}
