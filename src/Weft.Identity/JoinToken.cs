using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Weft.Identity;

/// <summary>A one-time invitation to the mesh: <c>wj1.&lt;secret, base64url&gt;.&lt;root pin, hexadecimal&gt;</c>. The secret proves the bearer to the
/// server, the pin proves the server to the bearer, so nothing else has to be configured to join safely.</summary>
public sealed class JoinToken
{
    /// <summary>Bytes of the secret: 256 bits.</summary>
    public const int SecretLength = 32;

    private const string Version = "wj1";
    private const int SecretTextLength = 43;
    private readonly byte[] _secret;

    private JoinToken(byte[] secret, RootPin root)
    {
        _secret = secret;
        Root = root;
    }

    /// <summary>The root that the server's certificate must chain to.</summary>
    public RootPin Root { get; }

    public static JoinToken Create(RootPin root) => new(RandomNumberGenerator.GetBytes(SecretLength), root);

    public static bool TryParse(string? text, [NotNullWhen(true)] out JoinToken? token)
    {
        token = null;
        if (text is null || text.Length != Version.Length + 1 + SecretTextLength + 1 + (2 * SHA256.HashSizeInBytes))
        {
            return false;
        }

        Span<Range> parts = stackalloc Range[4];
        ReadOnlySpan<char> span = text;
        if (span.Split(parts, '.') != 3 || span[parts[0]] is not Version || !RootPin.TryParseHex(span[parts[2]], out RootPin? root))
        {
            return false;
        }

        byte[] secret = new byte[SecretLength];
        if (Base64Url.DecodeFromChars(span[parts[1]], secret, out _, out int written) != OperationStatus.Done || written != SecretLength)
        {
            return false;
        }

        token = new JoinToken(secret, root);
        return true;
    }

    /// <summary>What the server keeps instead of the token: the SHA-256 of the secret. 256 random bits need no slow hash.</summary>
    public byte[] HashSecret() => SHA256.HashData(_secret);

    /// <summary>The text that is handed to the workload. Treat as a secret.</summary>
    public string Reveal() => Version + "." + Base64Url.EncodeToString(_secret) + "." + Root.Hex;

    /// <summary>Without the secret, so that a token can never reach a log by accident.</summary>
    public override string ToString() => Version + ".***." + Root.Hex;
}
