using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weft.Identity.Tests;

/// <summary>A correct leaf, to be spoilt by a test.</summary>
internal sealed class LeafShape
{
    internal const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    internal const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    internal bool IsAuthority { get; set; }

    internal X509KeyUsageFlags? KeyUsage { get; set; } = X509KeyUsageFlags.DigitalSignature;

    internal string[]? Purposes { get; set; } = [ClientAuth, ServerAuth];

    internal DateTimeOffset NotBefore { get; set; } = TestChain.Now.AddMinutes(-5);

    internal DateTimeOffset NotAfter { get; set; } = TestChain.Now.AddHours(1);

    internal List<X509Extension> Names { get; set; } = [Uris("spiffe://weft.local/ns/shop/svc/cart")];

    internal static X509Extension Uris(params string[] uris)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string uri in uris)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
            }
        }

        return new X509Extension(new Oid(SubjectNames.Oid), writer.Encode(), false);
    }
}
