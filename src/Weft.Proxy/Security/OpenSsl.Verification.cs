using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

/// <content>The verification of a peer's chain, as far as the proxy takes part in it.</content>
internal static unsafe partial class OpenSsl
{
    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_cert_verify_callback(nint context, nint callback, nint argument);
    [LibraryImport(Ssl)] public static partial int SSL_get_ex_data_X509_STORE_CTX_idx();
    [LibraryImport(Ssl)] public static partial nint SSL_get_rbio(nint ssl);
    [LibraryImport(Crypto)] public static partial nint X509_STORE_CTX_get_ex_data(nint verification, int index);
    [LibraryImport(Crypto)] public static partial int X509_verify_cert(nint verification);
    [LibraryImport(Crypto)] public static partial nint X509_STORE_CTX_get0_untrusted(nint verification);
    [LibraryImport(Crypto)] public static partial nint X509_STORE_CTX_get0_cert(nint verification);
    [LibraryImport(Crypto)] public static partial nint X509_STORE_CTX_get0_chain(nint verification);
    [LibraryImport(Crypto)] public static partial void X509_STORE_CTX_set_error(nint verification, int error);
    [LibraryImport(Crypto)] public static partial int X509_digest(nint x509, nint digest, byte* output, uint* length);
    [LibraryImport(Crypto)] public static partial nint EVP_sha256();
    [LibraryImport(Crypto)] public static partial nint X509_get0_notBefore(nint x509);
    [LibraryImport(Crypto)] public static partial nint X509_get0_notAfter(nint x509);
    [LibraryImport(Crypto)] public static partial int ASN1_TIME_diff(int* days, int* seconds, nint from, nint to);
}
