using System.Runtime.InteropServices;
using System.Text;

namespace Weft.Proxy.Security;

/// <summary>
/// An immutable TLS configuration that many connections share. A new certificate is a new context: open connections keep the old
/// one alive inside OpenSSL until they end.
/// </summary>
internal sealed unsafe class TlsContext : IDisposable
{
    /// <summary>Bytes of certificates that a peer may show. Chains of the mesh have two or three thousand, those of large public authorities some ten.</summary>
    public const int PeerCertificatesMax = 32 * 1024;

    private nint _context;
    private readonly byte* _alpn;
    private readonly uint _alpnLength;

    /// <exception cref="TlsConfigurationException">A certificate, key or bundle does not parse or does not fit; the message says which and why.</exception>
    public TlsContext(TlsSettings settings)
    {
        IsServer = settings.IsServer;
        RequiresPeer = !settings.IsServer || settings.TrustPem is not null;
        LooksOnly = settings.TrustsAnyone;
        Verified = new VerifiedChains(settings.Clock);
        _context = OpenSsl.SSL_CTX_new_ex(LeanLibrary.Context, null, settings.IsServer ? OpenSsl.TLS_server_method() : OpenSsl.TLS_client_method());
        if (_context == 0)
        {
            throw new TlsConfigurationException("OpenSSL gave no context: " + OpenSsl.TakeError());
        }

        try
        {
            SetProtocol(settings);
            UseCertificate(settings);
            UseTrust(settings);
        }
        catch
        {
            Dispose();
            throw;
        }

        byte[] alpn = EncodeAlpn(settings.Alpn);
        if (alpn.Length > 0)
        {
            _alpnLength = (uint)alpn.Length;
            _alpn = (byte*)NativeMemory.Alloc(_alpnLength + sizeof(uint));
            alpn.CopyTo(new Span<byte>(_alpn + sizeof(uint), alpn.Length));
            *(uint*)_alpn = _alpnLength;
            UseAlpn();
        }
    }

    ~TlsContext() => Free();

    public bool IsServer { get; }

    /// <summary>Whether a peer without a verified certificate is refused.</summary>
    public bool RequiresPeer { get; }

    /// <summary>Connections are made to look at what the peer shows, and carry nothing.</summary>
    public bool LooksOnly { get; }

    /// <summary>The peers' chains that were verified under this context.</summary>
    public VerifiedChains Verified { get; }

    /// <summary>A new connection object of OpenSSL; the caller frees it.</summary>
    public nint NewConnection()
    {
        nint ssl = OpenSsl.SSL_new(_context);
        if (IsServer)
        {
            OpenSsl.SSL_set_accept_state(ssl);
        }
        else
        {
            OpenSsl.SSL_set_connect_state(ssl);
        }

        return ssl;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        // OpenSSL counts references: connections that are still open keep what they need. The ALPN block stays, because the
        // select callback of such a connection may still read it; it is a few bytes per certificate renewal.
        OpenSsl.SSL_CTX_free(_context);
        _context = 0;
    }

    private void SetProtocol(TlsSettings settings)
    {
        OpenSsl.SSL_CTX_ctrl(_context, OpenSsl.CtrlSetMinProtoVersion, new CLong(settings.OnlyTls13 ? OpenSsl.Tls13 : OpenSsl.Tls12), null);
        OpenSsl.SSL_CTX_set_options(_context, OpenSsl.OpNoRenegotiation | OpenSsl.OpNoCompression | OpenSsl.OpNoTicket);

        // The first of our suites that the client knows is taken: SHA-256 and AES-128 cost least, and are as strong as the P-256 key that vouches for
        // them. A client that puts ChaCha20 first has no AES in its processor, and gets that.
        OpenSsl.SSL_CTX_set_options(_context, OpenSsl.OpServerPreference | OpenSsl.OpPrioritizeChaCha);

        // No resumption: a resumed session would skip the verification of a certificate that may have been revoked since.
        OpenSsl.SSL_CTX_set_num_tickets(_context, 0);
        OpenSsl.SSL_CTX_ctrl(_context, OpenSsl.CtrlSetSessCacheMode, new CLong(0), null);

        // OpenSSL would keep 100 KiB for each peer before it knows who that is.
        OpenSsl.SSL_CTX_ctrl(_context, OpenSsl.CtrlSetMaxCertList, new CLong(PeerCertificatesMax), null);

        // Our own chain is sent as it was given. OpenSSL would build it anew for each handshake, verify it, and send the root along.
        OpenSsl.SSL_CTX_ctrl(
            _context,
            OpenSsl.CtrlMode,
            new CLong((nint)(OpenSsl.ModeReleaseBuffers | OpenSsl.ModeAcceptMovingWriteBuffer | OpenSsl.ModeNoAutoChain)),
            null);
        // The secrets of a connection, so that its records can be ours (RecordLayer).
        delegate* unmanaged<nint, byte*, void> secret = &TlsTransport.OnSecret;
        OpenSsl.SSL_CTX_set_keylog_callback(_context, (nint)secret);
        fixed (byte* suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256\0"u8)
        {
            OpenSsl.SSL_CTX_set_ciphersuites(_context, suites);
        }
    }

    private void UseCertificate(TlsSettings settings)
    {
        if (settings.ChainPem is null)
        {
            return;
        }

        List<nint> chain = ReadCertificates(settings.ChainPem, "certificate chain", TlsPart.Certificate);
        try
        {
            if (OpenSsl.SSL_CTX_use_certificate(_context, chain[0]) != 1)
            {
                throw new TlsConfigurationException("the certificate cannot be used: " + OpenSsl.TakeError(), TlsPart.Certificate);
            }

            for (int i = 1; i < chain.Count; i++)
            {
                // SSL_CTX_add1_chain_cert: the context takes its own reference.
                OpenSsl.SSL_CTX_ctrl(_context, OpenSsl.CtrlChainCert, new CLong(1), (void*)chain[i]);
            }
        }
        finally
        {
            chain.ForEach(OpenSsl.X509_free);
        }

        UseKey(settings.KeyPem ?? throw new TlsConfigurationException("a certificate needs its private key", TlsPart.Key));
    }

    private void UseKey(string pem)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(pem);
        nint key;
        fixed (byte* data = bytes)
        {
            nint bio = OpenSsl.BIO_new_mem_buf(data, bytes.Length);
            key = OpenSsl.PEM_read_bio_PrivateKey(bio, null, 0, 0);
            OpenSsl.BIO_free(bio);
        }

        if (key == 0)
        {
            throw new TlsConfigurationException("the private key is not PEM that OpenSSL reads: " + OpenSsl.TakeError(), TlsPart.Key);
        }

        int used = OpenSsl.SSL_CTX_use_PrivateKey(_context, key);
        OpenSsl.EVP_PKEY_free(key);
        if (used != 1 || OpenSsl.SSL_CTX_check_private_key(_context) != 1)
        {
            throw new TlsConfigurationException("the private key does not belong to the certificate: " + OpenSsl.TakeError(), TlsPart.Key);
        }
    }

    private void UseTrust(TlsSettings settings)
    {
        if (settings.TrustPem is null)
        {
            if (!settings.IsServer && !settings.TrustsAnyone)
            {
                throw new TlsConfigurationException("a TLS client needs roots to trust", TlsPart.Trust);
            }

            return;
        }

        nint store = OpenSsl.SSL_CTX_get_cert_store(_context);
        foreach (nint root in ReadCertificates(settings.TrustPem, "trust bundle", TlsPart.Trust))
        {
            OpenSsl.X509_STORE_add_cert(store, root);
            OpenSsl.X509_free(root);
        }

        OpenSsl.ERR_clear_error();
        OpenSsl.SSL_CTX_set_verify(_context, OpenSsl.VerifyPeer | (settings.IsServer ? OpenSsl.VerifyFailIfNoPeerCert : 0), 0);
        delegate* unmanaged<nint, nint, int> verify = &TlsTransport.OnVerify;
        OpenSsl.SSL_CTX_set_cert_verify_callback(_context, (nint)verify, 0);
    }

    private static List<nint> ReadCertificates(string pem, string what, TlsPart part)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(pem);
        List<nint> certificates = [];
        fixed (byte* data = bytes)
        {
            nint bio = OpenSsl.BIO_new_mem_buf(data, bytes.Length);
            while (true)
            {
                nint one = OpenSsl.X509_new_ex(LeanLibrary.Context, null);
                if (OpenSsl.PEM_read_bio_X509(bio, &one, 0, 0) == 0)
                {
                    OpenSsl.X509_free(one);
                    break;
                }

                certificates.Add(one);
            }

            OpenSsl.BIO_free(bio);
        }

        OpenSsl.ERR_clear_error();
        return certificates.Count > 0 ? certificates : throw new TlsConfigurationException($"the {what} holds no PEM certificate", part);
    }

    private static byte[] EncodeAlpn(IReadOnlyList<string> protocols)
        => [.. protocols.SelectMany(protocol => (byte[])[(byte)protocol.Length, .. Encoding.ASCII.GetBytes(protocol)])];

    private void UseAlpn()
    {
        if (IsServer)
        {
            delegate* unmanaged<nint, byte**, byte*, byte*, uint, nint, int> select = &SelectAlpn;
            OpenSsl.SSL_CTX_set_alpn_select_cb(_context, (nint)select, (nint)_alpn);
        }
        else
        {
            OpenSsl.SSL_CTX_set_alpn_protos(_context, _alpn + sizeof(uint), _alpnLength);
        }
    }

    /// <summary>Our preference decides; no common protocol ends the handshake (RFC 7301, 3.2).</summary>
    [UnmanagedCallersOnly]
    private static int SelectAlpn(nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint offeredLength, nint ours)
    {
        uint length = *(uint*)ours;
        int result = OpenSsl.SSL_select_next_proto(chosen, chosenLength, (byte*)ours + sizeof(uint), length, offered, offeredLength);
        return result == OpenSsl.NpnNegotiated ? OpenSsl.AlpnOk : OpenSsl.AlpnAlertFatal;
    }
}
