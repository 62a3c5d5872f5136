using System.Runtime.InteropServices;
using System.Text;

namespace Weft.Proxy.Security;

/// <summary>The functions of OpenSSL 3 (libssl.so.3, libcrypto.so.3) that the proxy needs, under their own names.</summary>
internal static unsafe partial class OpenSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    public const int FiletypePem = 1;
    public const int VerifyNone = 0;
    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoPeerCert = 2;
    public const int ErrorSsl = 1;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorSyscall = 5;
    public const int ErrorZeroReturn = 6;
    public const int CtrlMode = 33;
    public const int CtrlSetSessCacheMode = 44;
    public const int CtrlSetMaxCertList = 51;
    public const int CtrlSetTlsextHostname = 55;
    public const int CtrlExtraChainCert = 14;
    public const int CtrlChainCert = 89;
    public const int CtrlSetMinProtoVersion = 123;
    public const int Tls12 = 0x0303;
    public const int Tls13 = 0x0304;
    public const long ModeEnablePartialWrite = 1;
    public const long ModeAcceptMovingWriteBuffer = 2;
    public const long ModeNoAutoChain = 8;
    public const long ModeReleaseBuffers = 0x10;
    public const ulong OpNoRenegotiation = 1ul << 30;
    public const ulong OpServerPreference = 1ul << 22;
    public const ulong OpPrioritizeChaCha = 1ul << 21;
    public const ulong OpNoCompression = 1ul << 17;
    public const ulong OpNoTicket = 1ul << 14;
    public const ulong OpIgnoreUnexpectedEof = 1ul << 7;
    public const int NidSubjectAltName = 85;
    public const int BioFlagsRead = 1;
    public const int BioFlagsShouldRetry = 8;
    public const int BioCtrlFlush = 11;
    public const int BioTypeSourceSink = 0x0400;
    public const int AlpnOk = 0;
    public const int AlpnAlertFatal = 2;
    public const int NpnNegotiated = 1;
    public const int ReasonNoPeerCertificate = 199;

    [LibraryImport(Ssl)] public static partial nint TLS_server_method();
    [LibraryImport(Ssl)] public static partial nint TLS_client_method();
    [LibraryImport(Ssl)] public static partial void SSL_CTX_free(nint context);
    [LibraryImport(Ssl)] public static partial CLong SSL_CTX_ctrl(nint context, int command, CLong number, void* pointer);
    [LibraryImport(Ssl)] public static partial ulong SSL_CTX_set_options(nint context, ulong options);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_num_tickets(nint context, nuint count);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_use_certificate(nint context, nint x509);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_check_private_key(nint context);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);
    [LibraryImport(Ssl)] public static partial nint SSL_CTX_get_cert_store(nint context);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_alpn_protos(nint context, byte* protocols, uint length);
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_alpn_select_cb(nint context, nint callback, nint argument);
    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_ciphersuites(nint context, byte* suites);
    [LibraryImport(Ssl)] public static partial int SSL_select_next_proto(byte** chosen, byte* chosenLength, byte* server, uint serverLength, byte* client, uint clientLength);
    [LibraryImport(Ssl)] public static partial nint SSL_new(nint context);
    [LibraryImport(Ssl)] public static partial void SSL_free(nint ssl);
    [LibraryImport(Ssl)] public static partial void SSL_set_bio(nint ssl, nint read, nint write);
    [LibraryImport(Ssl)] public static partial void SSL_set_accept_state(nint ssl);
    [LibraryImport(Ssl)] public static partial void SSL_set_connect_state(nint ssl);
    [LibraryImport(Ssl)] public static partial CLong SSL_ctrl(nint ssl, int command, CLong number, void* pointer);
    [LibraryImport(Ssl)] public static partial int SSL_do_handshake(nint ssl);
    [LibraryImport(Ssl)] public static partial int SSL_read(nint ssl, byte* buffer, int length);
    [LibraryImport(Ssl)] public static partial int SSL_write(nint ssl, byte* buffer, int length);
    [LibraryImport(Ssl)] public static partial int SSL_shutdown(nint ssl);
    [LibraryImport(Ssl)] public static partial int SSL_get_error(nint ssl, int result);
    [LibraryImport(Ssl)] public static partial nint SSL_get1_peer_certificate(nint ssl);
    [LibraryImport(Ssl)] public static partial void SSL_get0_alpn_selected(nint ssl, byte** data, uint* length);
    [LibraryImport(Ssl)] public static partial int SSL_session_reused(nint ssl);
    [LibraryImport(Ssl)] public static partial CLong SSL_get_verify_result(nint ssl);

    [LibraryImport(Crypto)] public static partial void ERR_clear_error();
    [LibraryImport(Crypto)] public static partial CULong ERR_get_error();
    [LibraryImport(Crypto)] public static partial void ERR_error_string_n(CULong error, byte* buffer, nuint length);
    [LibraryImport(Crypto)] public static partial nint X509_verify_cert_error_string(CLong error);
    [LibraryImport(Crypto)] public static partial nint BIO_new(nint method);
    [LibraryImport(Crypto)] public static partial nint BIO_new_mem_buf(byte* data, int length);
    [LibraryImport(Crypto)] public static partial int BIO_free(nint bio);
    [LibraryImport(Crypto)] public static partial void BIO_set_data(nint bio, nint data);
    [LibraryImport(Crypto)] public static partial nint BIO_get_data(nint bio);
    [LibraryImport(Crypto)] public static partial void BIO_set_init(nint bio, int init);
    [LibraryImport(Crypto)] public static partial void BIO_set_flags(nint bio, int flags);
    [LibraryImport(Crypto)] public static partial void BIO_clear_flags(nint bio, int flags);
    [LibraryImport(Crypto)] public static partial nint BIO_meth_new(int type, byte* name);
    [LibraryImport(Crypto)] public static partial int BIO_meth_set_read(nint method, nint callback);
    [LibraryImport(Crypto)] public static partial int BIO_meth_set_write(nint method, nint callback);
    [LibraryImport(Crypto)] public static partial int BIO_meth_set_ctrl(nint method, nint callback);
    [LibraryImport(Crypto)] public static partial nint PEM_read_bio_X509(nint bio, nint* x509, nint callback, nint user);
    [LibraryImport(Crypto)] public static partial nint PEM_read_bio_PrivateKey(nint bio, nint* key, nint callback, nint user);
    [LibraryImport(Crypto)] public static partial nint d2i_X509(nint* x509, byte** data, CLong length);
    [LibraryImport(Crypto)] public static partial void X509_free(nint x509);
    [LibraryImport(Crypto)] public static partial void EVP_PKEY_free(nint key);
    [LibraryImport(Crypto)] public static partial int X509_STORE_add_cert(nint store, nint x509);
    [LibraryImport(Crypto)] public static partial int X509_get_ext_by_NID(nint x509, int nid, int last);
    [LibraryImport(Crypto)] public static partial nint X509_get_ext(nint x509, int index);
    [LibraryImport(Crypto)] public static partial nint X509_EXTENSION_get_data(nint extension);
    [LibraryImport(Crypto)] public static partial nint ASN1_STRING_get0_data(nint text);
    [LibraryImport(Crypto)] public static partial int ASN1_STRING_length(nint text);
    [LibraryImport(Crypto)] public static partial CULong OpenSSL_version_num();

    /// <summary>The oldest error in OpenSSL's queue in words, and an empty queue.</summary>
    public static string TakeError() => TakeError(out _);

    /// <param name="reason">The reason's number within the library that failed (ERR_GET_REASON), 0 for no error.</param>
    public static string TakeError(out int reason)
    {
        CULong error = ERR_get_error();
        reason = (int)(error.Value & 0x7f_ffff);
        if (error.Value == 0)
        {
            return "no reason given";
        }

        byte* text = stackalloc byte[256];
        ERR_error_string_n(error, text, 256);
        ERR_clear_error();
        string whole = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

        // "error:0A000086:SSL routines::certificate verify failed": the last part is for people.
        int colon = whole.LastIndexOf(':');
        return colon >= 0 ? whole[(colon + 1)..] : whole;
    }
}
