using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

/// <content>What a peer sent beside its certificate.</content>
internal static unsafe partial class OpenSsl
{
    [LibraryImport(Ssl)] public static partial nint SSL_get_peer_cert_chain(nint ssl);
    [LibraryImport(Crypto)] public static partial int OPENSSL_sk_num(nint stack);
    [LibraryImport(Crypto)] public static partial nint OPENSSL_sk_value(nint stack, int index);
    [LibraryImport(Crypto)] public static partial int i2d_X509(nint x509, byte** output);
}
