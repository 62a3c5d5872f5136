using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Weft.Authority;
using Weft.Identity;
using Weft.Proxy.Security;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>What comes in DER: requests to certify a key, and the names in a certificate, which the server and the proxy read each in its own way.</summary>
internal static class CertificateOracle
{
    /// <summary>One key for all runs, so that they take the same steps.</summary>
    private static readonly ECDsa s_key = MakeKey();

    private static readonly byte[] s_publicKey = s_key.ExportSubjectPublicKeyInfo();

    /// <summary>What is signed of a request (RFC 2986, 4.1): the signature is made right afterwards, else nothing but it would be tried.</summary>
    internal static IReadOnlyList<byte[]> RequestCorpus { get; } =
    [
        InnerOf(CertificateRequestBuilder.Build(s_key, null)),
        InnerOf(CertificateRequestBuilder.Build(s_key, SpiffeId.Parse("spiffe://weft.local/ns/shop/svc/cart"))),
        CertificateRequestBuilder.Build(s_key, null),
    ];

    internal static IReadOnlyList<byte[]> NamesCorpus { get; } =
    [
        SubjectNames.Encode(SpiffeId.Parse("spiffe://weft.local/ns/shop/svc/cart"), [], [], critical: true).RawData,
        SubjectNames.Encode(SpiffeId.Parse("spiffe://a/b"), ["weft.local", "*.a"], [IPAddress.Loopback, IPAddress.IPv6Loopback], critical: false).RawData,
        [0x30, 0x04, 0x86, 0x02, 0x61, 0x3a],
        [0x30, 0x81, 0x04, 0x86, 0x02, 0x61, 0x3a],
        [0x30, 0x00],
    ];

    internal static IReadOnlyList<string> Words { get; } =
    [
        "\u0030", "\u0086", "\u0082", "\u0087\u0004", "\u0081\u0001", "\u0080", "\u0082\u0000\u0001", "\u00a0", "\u00a6", "\u009f", "\u001f", "\0\0", "spiffe://a", "\u0086\u000aspiffe://a",
        "\u0006\u0008\u002a\u0086\u0048\u00ce\u003d\u0003\u0001\u0007", "\u0006\u0005\u002b\u0081\u0004\u0000\u0022", "\u0003\u0042\u0000\u0004",
    ];

    /// <summary>Nothing but the one exception comes out, and a key that is accepted is the one that signed the request.</summary>
    internal static bool CheckRequest(byte[] input) => IsAccepted(input) | IsAccepted(Signed(input));

    /// <summary>Who has an identity for the proxy has the same one for the server.</summary>
    internal static bool CheckNames(byte[] input)
    {
        PeerFault fault = SubjectNames.ReadSoleUri(input, out byte[] uri);
        PeerNames names = PeerNames.Parse(input);
        if (names.SpiffeId is { } identity)
        {
            DisagreementException.UnlessEqual(PeerFault.None, fault, $"how the server reads the names of {identity}");
            DisagreementException.UnlessEqual(Encoding.Latin1.GetString(uri), identity, "the identity");
        }

        DisagreementException.Unless(names.Uris.Count != 1 || fault != PeerFault.None || names.Uris[0] == Encoding.Latin1.GetString(uri), "the URI is the same");
        return fault == PeerFault.None;
    }

    private static bool IsAccepted(byte[] request)
    {
        byte[] accepted;
        try
        {
            accepted = RequestKeyReader.Read(request).ExportSubjectPublicKeyInfo();
        }
        catch (CertificateRefusedException refused)
        {
            DisagreementException.Unless(refused.Message.Length > 0, "it is refused with words");
            return false;
        }

        DisagreementException.Unless(accepted.AsSpan().SequenceEqual(s_publicKey), "nobody else's key could have signed the request");
        return true;
    }

    private static byte[] InnerOf(byte[] request) => new AsnReader(request, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();

    private static byte[] Signed(byte[] inner)
    {
        byte[] signature = s_key.SignData(inner, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        byte[] algorithm = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
        byte[] bits = [0x03, (byte)(signature.Length + 1), 0x00, .. signature];
        int length = inner.Length + algorithm.Length + bits.Length;
        return [0x30, 0x82, (byte)(length >> 8), (byte)length, .. inner, .. algorithm, .. bits];
    }

    private static ECDsa MakeKey()
    {
        ECDsa key = ECDsa.Create();
        key.ImportParameters(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = SHA256.HashData("weft fuzz"u8) });
        return key;
    }
}
