using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

/// <content>What the record layer of TLS 1.3 needs: the secrets of a handshake, a hash, a cipher.</content>
internal static unsafe partial class OpenSsl
{
    public const int CtrlAeadGetTag = 0x10;
    public const int CtrlAeadSetTag = 0x11;

    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_keylog_callback(nint context, nint callback);
    [LibraryImport(Ssl)] public static partial int SSL_version(nint ssl);
    [LibraryImport(Ssl)] public static partial int SSL_has_pending(nint ssl);
    [LibraryImport(Ssl)] public static partial nint SSL_get_current_cipher(nint ssl);
    [LibraryImport(Ssl)] public static partial ushort SSL_CIPHER_get_protocol_id(nint cipher);
    [LibraryImport(Crypto)] public static partial nint EVP_sha384();
    [LibraryImport(Crypto)] public static partial byte* HMAC(nint digest, byte* key, int keyLength, byte* data, nuint length, byte* output, uint* outputLength);
    [LibraryImport(Crypto)] public static partial nint EVP_CIPHER_fetch(nint library, byte* name, byte* properties);
    [LibraryImport(Crypto)] public static partial nint EVP_CIPHER_CTX_new();
    [LibraryImport(Crypto)] public static partial void EVP_CIPHER_CTX_free(nint context);
    [LibraryImport(Crypto)] public static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int number, void* pointer);
    [LibraryImport(Crypto)] public static partial int EVP_EncryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce);
    [LibraryImport(Crypto)] public static partial int EVP_EncryptUpdate(nint context, byte* output, int* outputLength, byte* input, int length);
    [LibraryImport(Crypto)] public static partial int EVP_EncryptFinal_ex(nint context, byte* output, int* outputLength);
    [LibraryImport(Crypto)] public static partial int EVP_DecryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce);
    [LibraryImport(Crypto)] public static partial int EVP_DecryptUpdate(nint context, byte* output, int* outputLength, byte* input, int length);
    [LibraryImport(Crypto)] public static partial int EVP_DecryptFinal_ex(nint context, byte* output, int* outputLength);
}
