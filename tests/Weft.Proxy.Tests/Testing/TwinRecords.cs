using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Weft.Proxy.Tests.Testing;

/// <summary>One direction of TLS 1.3 records with AES-GCM, written from the RFC with .NET's own primitives: the oracle for the proxy's record layer.</summary>
internal sealed class TwinRecords(byte[] secret, int keySize, HashAlgorithmName hash)
{
    private byte[] _secret = secret;
    private ulong _sequence;

    public byte[] Seal(byte type, ReadOnlySpan<byte> content, int padding = 0, byte outerType = 23)
    {
        byte[] inner = [.. content, type, .. new byte[padding]];
        byte[] record = new byte[5 + inner.Length + 16];
        record[0] = outerType;
        record[1] = record[2] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(inner.Length + 16));
        using AesGcm cipher = new(Expand("key", keySize), 16);
        cipher.Encrypt(NextNonce(), inner, record.AsSpan(5, inner.Length), record.AsSpan(5 + inner.Length), record.AsSpan(0, 5));
        return record;
    }

    /// <summary>Opens the record at the front; its type, its content and how long it was.</summary>
    public (byte Type, byte[] Content, int Size) Open(ReadOnlySpan<byte> input)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(input[3..]);
        byte[] inner = new byte[length - 16];
        using AesGcm cipher = new(Expand("key", keySize), 16);
        cipher.Decrypt(NextNonce(), input.Slice(5, inner.Length), input.Slice(5 + inner.Length, 16), inner, input[..5]);
        int end = inner.AsSpan().LastIndexOfAnyExcept((byte)0);
        return (inner[end], inner[..end], 5 + length);
    }

    public void Update()
    {
        _secret = Expand("traffic upd", _secret.Length);
        _sequence = 0;
    }

    private byte[] NextNonce()
    {
        byte[] nonce = Expand("iv", 12);
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(4)) ^ _sequence++);
        return nonce;
    }

    private byte[] Expand(string label, int length)
    {
        byte[] name = System.Text.Encoding.ASCII.GetBytes("tls13 " + label);
        return HKDF.Expand(hash, _secret, length, [0, (byte)length, (byte)name.Length, .. name, 0]);
    }
}
