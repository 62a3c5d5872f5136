using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weft.Proxy.Security;

/// <summary>
/// The keys of one direction of a TLS 1.3 connection (RFC 8446, 7.2 and 7.3). They lie outside the managed heap, so that no copy of them is left
/// behind when the collector moves things, and are wiped when they end.
/// </summary>
internal unsafe struct TrafficKeys
{
    private Memory* _memory;
    private nint _cipher;

    /// <summary>Sequence number of the next record.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>Whether a cipher is set up with them: it takes 1 KiB and is given back in a rest.</summary>
    public readonly bool HasCipher => _cipher != 0;

    /// <summary>Begins with a secret that the handshake has made; records are counted from 0.</summary>
    public static TrafficKeys Of(CipherSuite suite, ReadOnlySpan<byte> secret)
    {
        TrafficKeys keys = new() { _memory = (Memory*)NativeMemory.AllocZeroed((nuint)sizeof(Memory)) };
        secret.CopyTo(new Span<byte>(keys._memory->Secret, CipherSuite.HashMax));
        keys.Derive(suite);
        return keys;
    }

    /// <summary>The keys after a KeyUpdate (RFC 8446, 7.2).</summary>
    public void Update(CipherSuite suite)
    {
        byte* next = stackalloc byte[CipherSuite.HashMax];
        Expand(suite, "tls13 traffic upd"u8, next, suite.HashSize);
        new ReadOnlySpan<byte>(next, suite.HashSize).CopyTo(new Span<byte>(_memory->Secret, CipherSuite.HashMax));
        Wipe(next, CipherSuite.HashMax);
        Derive(suite);
        Sequence = 0;
        DropCipher();
    }

    /// <summary>The cipher's context, set up with the key.</summary>
    public nint Cipher(CipherSuite suite, bool encrypts)
    {
        if (_cipher == 0)
        {
            _cipher = OpenSsl.EVP_CIPHER_CTX_new();
            _ = encrypts
                ? OpenSsl.EVP_EncryptInit_ex(_cipher, suite.Cipher, 0, _memory->Key, null)
                : OpenSsl.EVP_DecryptInit_ex(_cipher, suite.Cipher, 0, _memory->Key, null);
        }

        return _cipher;
    }

    /// <summary>The nonce of the next record, which is counted: the sequence number over the static one (RFC 8446, 5.3).</summary>
    public void NextNonce(byte* nonce)
    {
        Unsafe.CopyBlockUnaligned(nonce, _memory->Nonce, CipherSuite.NonceSize);
        Span<byte> low = new(nonce + 4, sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ Sequence);
        Sequence++;
    }

    public void DropCipher()
    {
        if (_cipher != 0)
        {
            OpenSsl.EVP_CIPHER_CTX_free(_cipher);
            _cipher = 0;
        }
    }

    public void Free()
    {
        DropCipher();
        if (_memory is not null)
        {
            Wipe((byte*)_memory, sizeof(Memory));
            NativeMemory.Free(_memory);
            _memory = null;
        }
    }

    private readonly void Derive(CipherSuite suite)
    {
        Expand(suite, "tls13 key"u8, _memory->Key, suite.KeySize);
        Expand(suite, "tls13 iv"u8, _memory->Nonce, CipherSuite.NonceSize);
    }

    /// <summary>HKDF-Expand-Label with an empty context (RFC 8446, 7.1). What is asked for is never longer than the hash, so one round does.</summary>
    private readonly void Expand(CipherSuite suite, ReadOnlySpan<byte> label, byte* output, int length)
    {
        byte* info = stackalloc byte[64];
        int end = 0;
        info[end++] = 0;
        info[end++] = (byte)length;
        info[end++] = (byte)label.Length;
        label.CopyTo(new Span<byte>(info + end, label.Length));
        end += label.Length;
        info[end++] = 0;
        info[end++] = 1;
        byte* block = stackalloc byte[64];
        uint written;
        OpenSsl.HMAC(suite.Hash, _memory->Secret, suite.HashSize, info, (nuint)end, block, &written);
        Unsafe.CopyBlockUnaligned(output, block, (uint)length);
        Wipe(block, 64);
    }

    /// <summary>Not to be left out because nobody reads it again.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static void Wipe(byte* start, int length) => new Span<byte>(start, length).Clear();

    private struct Memory
    {
        public fixed byte Secret[CipherSuite.HashMax];
        public fixed byte Key[CipherSuite.KeyMax];
        public fixed byte Nonce[CipherSuite.NonceSize];
    }
}
