using System.Text.RegularExpressions;
using Weft.Wire.Grpc;

namespace Weft.Wire.Tests.Twins;

/// <summary>Holds the reader of base64 text against the runtime's, four characters at a time, whole and in pieces.</summary>
internal static partial class GrpcWebTextOracle
{
    /// <summary>Throws when they disagree; else says whether the input was accepted.</summary>
    internal static bool Check(byte[] input)
    {
        byte[]? expected = Naive(Text.Of(input));
        foreach (int piece in new[] { int.MaxValue, 1, 3, 7 })
        {
            byte[]? actual = Decode(input, piece);
            DisagreementException.UnlessEqual(expected is null, actual is null, $"whether the text is refused in pieces of {piece}");
            if (expected is not null)
            {
                DisagreementException.UnlessEqual(Convert.ToHexString(expected), Convert.ToHexString(actual!), $"the data in pieces of {piece}");
            }
        }

        return expected is not null;
    }

    internal static byte[]? Decode(byte[] input, int piece)
    {
        GrpcWebText reader = default;
        List<byte> all = [];
        foreach (byte[] part in input.Chunk(piece))
        {
            byte[] data = new byte[(part.Length + 3) / 4 * 3 + 3];
            if (!reader.TryDecode(part, data, out int written))
            {
                return null;
            }

            all.AddRange(data[..written]);
        }

        return reader.IsComplete ? [.. all] : null;
    }

    private static byte[]? Naive(string text)
    {
        if (text.Length % 4 != 0)
        {
            return null;
        }

        List<byte> all = [];
        for (int i = 0; i < text.Length; i += 4)
        {
            string quad = text.Substring(i, 4);
            if (!Quad().IsMatch(quad))
            {
                return null;
            }

            byte[] data = Convert.FromBase64String(quad);
            if (Convert.ToBase64String(data) != quad)
            {
                return null;
            }

            all.AddRange(data);
        }

        return [.. all];
    }

    [GeneratedRegex(@"\A[A-Za-z0-9+/]{2}([A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==)\z")]
    private static partial Regex Quad();
}
