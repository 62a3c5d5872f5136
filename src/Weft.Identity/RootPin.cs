using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Weft.Identity;

/// <summary>The SHA-256 of a root certificate's DER: enough to know the mesh's authority before the first handshake. Text form <c>sha256:&lt;64 lower-case
/// hexadecimal digits&gt;</c>.</summary>
public sealed class RootPin : IEquatable<RootPin>
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private readonly byte[] _hash;

    private RootPin(byte[] hash) => _hash = hash;

    /// <summary>The 64 digits without the prefix, as they stand in a join token.</summary>
    public string Hex => Convert.ToHexStringLower(_hash);

    public static RootPin Of(ReadOnlySpan<byte> rootDer) => new(SHA256.HashData(rootDer));

    public static bool TryParse(string? text, [NotNullWhen(true)] out RootPin? pin)
    {
        pin = null;
        return text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && TryParseHex(text.AsSpan(Prefix.Length), out pin);
    }

    /// <summary>Parses 64 hexadecimal digits, lower case only so that one pin has one text.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, [NotNullWhen(true)] out RootPin? pin)
    {
        pin = null;
        if (hex.Length != 2 * SHA256.HashSizeInBytes || hex.ContainsAnyExcept(Digits))
        {
            return false;
        }

        pin = new RootPin(Convert.FromHexString(hex));
        return true;
    }

    /// <summary>Whether the certificate is the pinned one.</summary>
    public bool Matches(ReadOnlySpan<byte> certificateDer)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(certificateDer, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }

    public bool Equals(RootPin? other) => other is not null && _hash.AsSpan().SequenceEqual(other._hash);

    public override bool Equals(object? obj) => Equals(obj as RootPin);

    public override int GetHashCode() => BitConverter.ToInt32(_hash);

    public override string ToString() => Prefix + Hex;
}
