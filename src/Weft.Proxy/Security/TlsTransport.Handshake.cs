using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

internal sealed partial class TlsTransport
{
    /// <summary>Why the handshake failed, as far as OpenSSL tells.</summary>
    public HandshakeFault HandshakeFault { get; private set; }

    /// <summary>Runs the handshake to its end. False when it failed: <see cref="Fault"/> says why, and the peer has been sent the alert.</summary>
    public async ValueTask<bool> HandshakeAsync()
    {
        while (true)
        {
            int state = HandshakeStep();
            Flush();
            if (state != WouldBlock)
            {
                return state == 0;
            }

            await Readable;
            if (IsClosed)
            {
                _fault ??= "closed during the handshake";
                return false;
            }
        }
    }

    /// <summary>OpenSSL has the peer's chain and asks whether it holds (SSL_CTX_set_cert_verify_callback(3)).</summary>
    [UnmanagedCallersOnly]
    internal static int OnVerify(nint verification, nint argument)
    {
        nint ssl = OpenSsl.X509_STORE_CTX_get_ex_data(verification, OpenSsl.SSL_get_ex_data_X509_STORE_CTX_idx());
        TlsTransport self = (TlsTransport)GCHandle.FromIntPtr(OpenSsl.BIO_get_data(OpenSsl.SSL_get_rbio(ssl))).Target!;
        VerifiedChain? chain = self._context.Verified.Verify(verification);
        self.Peer = chain?.Names ?? PeerNames.None;
        return chain is null ? 0 : 1;
    }

    /// <summary>The verification errors of OpenSSL (X509_V_ERR_*, openssl/x509_vfy.h) that people tell apart.</summary>
    private static HandshakeFault OfVerification(nint error) => error switch
    {
        // Not yet valid, expired.
        9 or 10 => HandshakeFault.Expired,

        // No issuer, self-signed leaf, self-signed root that is not ours, issuer not found locally, leaf not verifiable, untrusted.
        2 or 18 or 19 or 20 or 21 or 27 => HandshakeFault.UnknownIssuer,
        _ => HandshakeFault.InvalidCertificate,
    };
}
