using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Weft.Identity;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>Holds join tokens and pins of roots, which come from whoever wants to join, against their grammar. A token has one text, so what is taken is what is revealed.</summary>
internal static partial class JoinTokenOracle
{
    private const string Pin = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        .. new[]
        {
            $"wj1.{new string('A', 43)}.{Pin}", $"wj1.YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY.{Pin}", $"wj1.-_9jZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY.{Pin}", $"sha256:{Pin}", $"SHA256:{Pin}",
            $"sha256:{Pin.ToUpperInvariant()}", $"wj2.{new string('A', 43)}.{Pin}", $"wj1.{new string('A', 42)}=.{Pin}",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    internal static IReadOnlyList<string> Words { get; } = ["wj1.", "sha256:", ".", "=", "+", "/", "-", "_", " ", "\n", "\0", "A", "B", "f", "F", "g", Pin];

    internal static bool Check(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input);
        return CheckToken(text) | CheckPin(text);
    }

    private static bool CheckToken(string text)
    {
        Match match = Token().Match(text);
        bool isToken = JoinToken.TryParse(text, out JoinToken? token);
        DisagreementException.UnlessEqual(match.Success, isToken, "whether it is a token");
        if (token is null)
        {
            return false;
        }

        byte[] secret = Convert.FromBase64String(match.Groups[1].Value.Replace('-', '+').Replace('_', '/') + "=");
        DisagreementException.UnlessEqual(text, token.Reveal(), "the text");
        DisagreementException.UnlessEqual(match.Groups[2].Value, token.Root.Hex, "the root");
        DisagreementException.Unless(SHA256.HashData(secret).AsSpan().SequenceEqual(token.HashSecret()), "the hash of the secret");
        DisagreementException.Unless(!token.ToString().Contains(match.Groups[1].Value, StringComparison.Ordinal), "the secret is not shown");
        return true;
    }

    private static bool CheckPin(string text)
    {
        bool isPin = RootPin.TryParse(text, out RootPin? pin);
        DisagreementException.UnlessEqual(PinText().IsMatch(text), isPin, "whether it is a pin");
        DisagreementException.UnlessEqual(isPin ? text : null, pin?.ToString(), "the pin");
        return isPin;
    }

    /// <summary>43 digits of base64url have two bits more than 32 bytes: in the one text of a token they are 0 (RFC 4648, 3.5).</summary>
    [GeneratedRegex(@"\Awj1\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])\.([0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PinText();
}
