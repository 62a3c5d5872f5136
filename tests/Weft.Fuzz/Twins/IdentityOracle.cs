using System.Text;
using System.Text.RegularExpressions;
using Weft.Identity;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>Holds the parser of SPIFFE IDs against the specification's grammar as one regular expression.</summary>
internal static partial class IdentityOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        .. new[]
        {
            "spiffe://weft.local/ns/shop/svc/cart", "spiffe://a", "spiffe://a.b-c_d/x/y.z/..a", "spiffe://weft.local/ns/shop/svc/cart/x", "spiffe://weft.local/ns/shop/sa/cart",
            "spiffe://weft.local/ns//svc/cart", "spiffe://" + new string('a', 255) + "/b", "spiffe://a/./b", "SPIFFE://a/b", "spiffe://a:1/b", "spiffe://a/b%20c", "spiffe://a/b?c#d",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    internal static bool Check(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input);
        Match match = Grammar().Match(text);
        bool expected = match.Success && input.Length <= 2048 && !Segments(text).Any(static segment => segment is "." or "..");
        bool actual = SpiffeId.TryParse(input, out SpiffeId? id);
        DisagreementException.UnlessEqual(expected, actual, "whether it is an identity");
        if (id is null)
        {
            return false;
        }

        Match workload = Workload().Match(text);
        DisagreementException.UnlessEqual(
            (match.Groups[1].Value, workload.Success ? workload.Groups[1].Value : null, workload.Success ? workload.Groups[2].Value : null),
            (id.TrustDomain, id.Namespace, id.Service),
            "the parts");
        DisagreementException.UnlessEqual(text, id.ToString(), "the text");
        return true;
    }

    private static IEnumerable<string> Segments(string text) => text.Split('/').Skip(3);

    [GeneratedRegex(@"\Aspiffe://([a-z0-9._-]{1,255})(/[A-Za-z0-9._-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"\Aspiffe://[^/]+/ns/([^/]+)/svc/([^/]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Workload();
}
