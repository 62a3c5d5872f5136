namespace Weft.Proxy.Security;

/// <summary>A cipher suite of TLS 1.3 (RFC 8446, B.4), as far as records need it.</summary>
internal sealed unsafe class CipherSuite
{
    /// <summary>The longest key of any suite.</summary>
    public const int KeyMax = 32;

    /// <summary>The longest hash, and with it the longest traffic secret.</summary>
    public const int HashMax = 48;

    public const int NonceSize = 12;
    public const int TagSize = 16;

    private static readonly CipherSuite s_aes128 = new("AES-128-GCM\0"u8, 16, OpenSsl.EVP_sha256(), 32);
    private static readonly CipherSuite s_aes256 = new("AES-256-GCM\0"u8, 32, OpenSsl.EVP_sha384(), 48);
    private static readonly CipherSuite s_chaCha = new("ChaCha20-Poly1305\0"u8, 32, OpenSsl.EVP_sha256(), 32);

    private CipherSuite(ReadOnlySpan<byte> cipher, int keySize, nint hash, int hashSize)
    {
        fixed (byte* name = cipher)
        {
            Cipher = OpenSsl.EVP_CIPHER_fetch(LeanLibrary.Context, name, null);
        }

        KeySize = keySize;
        Hash = hash;
        HashSize = hashSize;
    }

    /// <summary>OpenSSL's EVP_CIPHER.</summary>
    public nint Cipher { get; }

    public int KeySize { get; }

    /// <summary>OpenSSL's EVP_MD.</summary>
    public nint Hash { get; }

    public int HashSize { get; }

    /// <summary>The suite with this number on the wire; null for one that is not ours.</summary>
    public static CipherSuite? Of(ushort number) => number switch
    {
        0x1301 => s_aes128,
        0x1302 => s_aes256,
        0x1303 => s_chaCha,
        _ => null,
    };
}
