namespace Weft.Authority;

/// <summary>A certificate request that the authority will not sign; the message says why and may be shown to the requester.</summary>
public sealed class CertificateRefusedException : Exception
{
    public CertificateRefusedException(string message)
        : base(message)
    {
    }

    public CertificateRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
