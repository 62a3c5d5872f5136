using System.Runtime.InteropServices;
using System.Text;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Security;

internal sealed partial class TlsTransport
{
    private HandshakeSecrets? _secrets;
    private bool _heard;

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
        TlsTransport self = Of(OpenSsl.X509_STORE_CTX_get_ex_data(verification, OpenSsl.SSL_get_ex_data_X509_STORE_CTX_idx()));
        VerifiedChain? chain = self._context.Verified.Verify(verification);
        self.Peer = chain?.Names ?? PeerNames.None;
        return chain is null ? 0 : 1;
    }

    /// <summary>OpenSSL tells a secret of the handshake, as a line of text (SSL_CTX_set_keylog_callback(3)).</summary>
    [UnmanagedCallersOnly]
    internal static unsafe void OnSecret(nint ssl, byte* line)
    {
        TlsTransport self = Of(ssl);
        if (!self._context.LooksOnly)
        {
            (self._secrets ??= new HandshakeSecrets()).Take(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line));
        }
    }

    private int HandshakeStep()
    {
        OpenSsl.ERR_clear_error();
        int result = OpenSsl.SSL_do_handshake(_ssl);
        if (result == 1)
        {
            ReadPeer();
            TakeOverRecords();
            return 0;
        }

        int error = OpenSsl.SSL_get_error(_ssl, result);
        if (error is OpenSsl.ErrorWantRead or OpenSsl.ErrorWantWrite)
        {
            return WouldBlock;
        }

        nint verify = OpenSsl.SSL_get_verify_result(_ssl).Value;
        if (verify != 0)
        {
            _fault = "certificate verify failed: " + Marshal.PtrToStringUTF8(OpenSsl.X509_verify_cert_error_string(new CLong(verify)));
            HandshakeFault = OfVerification(verify);
        }
        else if (error == OpenSsl.ErrorSyscall)
        {
            _fault = _inner.Fault ?? "the peer closed during the handshake";
            HandshakeFault = _heard ? HandshakeFault.Protocol : HandshakeFault.NothingSaid;
        }
        else
        {
            _fault = "TLS handshake: " + OpenSsl.TakeError(out int reason);
            HandshakeFault = reason == OpenSsl.ReasonNoPeerCertificate ? HandshakeFault.NoCertificate : HandshakeFault.Protocol;
        }

        return Failed;
    }

    private unsafe void ReadPeer()
    {
        nint cipher = OpenSsl.SSL_get_current_cipher(_ssl);
        _facts = new TlsFacts((ushort)OpenSsl.SSL_version(_ssl), cipher == 0 ? (ushort)0 : OpenSsl.SSL_CIPHER_get_protocol_id(cipher), OpenSsl.SSL_session_reused(_ssl) == 1);
        byte* alpn;
        uint alpnLength;
        OpenSsl.SSL_get0_alpn_selected(_ssl, &alpn, &alpnLength);
        Alpn = new ReadOnlySpan<byte>(alpn, (int)alpnLength) switch
        {
            [] => "",
            var known when known.SequenceEqual("h2"u8) => "h2",
            var known when known.SequenceEqual("http/1.1"u8) => "http/1.1",
            var other => Encoding.ASCII.GetString(other),
        };
        if (RequiresPeer && Peer == PeerNames.None && OpenSsl.SSL_get1_peer_certificate(_ssl) is not 0 and nint certificate)
        {
            // A context that verifies nobody: whose names these are is not proved.
            Peer = PeerNames.OfCertificate(certificate);
            OpenSsl.X509_free(certificate);
        }
    }

    /// <summary>Takes the records over and lets OpenSSL's object go, where the version and the suite are ours and nothing is left in its buffers.</summary>
    private void TakeOverRecords()
    {
        if (_secrets is { } secrets && OpenSsl.SSL_version(_ssl) == OpenSsl.Tls13 && OpenSsl.SSL_has_pending(_ssl) == 0
            && CipherSuite.Of(OpenSsl.SSL_CIPHER_get_protocol_id(OpenSsl.SSL_get_current_cipher(_ssl))) is { } suite && secrets.Fit(suite))
        {
            _records = _context.IsServer
                ? new RecordLayer(suite, true, secrets.Client, secrets.Server)
                : new RecordLayer(suite, false, secrets.Server, secrets.Client);
            FreeOpenSsl();
        }

        FreeSecrets();
    }

    private void FreeSecrets()
    {
        _secrets?.Free();
        _secrets = null;
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
