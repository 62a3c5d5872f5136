using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Weft.Identity;

/// <summary>Subject alternative names (RFC 5280, section 4.2.1.6), read and written byte for byte: the classes of the framework pass URIs through
/// <see cref="Uri"/>, which may rewrite them.</summary>
public static class SubjectNames
{
    /// <summary>The object identifier of the extension.</summary>
    public const string Oid = "2.5.29.17";

    private const int DnsTag = 2;
    private const int UriTag = 6;
    private const int AddressTag = 7;

    /// <summary>Makes the extension with one URI and, for servers that browsers and tools call too, DNS names and addresses.</summary>
    /// <param name="identity">The URI name.</param>
    /// <param name="dnsNames">DNS names, ASCII.</param>
    /// <param name="addresses">IPv4 or IPv6 addresses.</param>
    /// <param name="critical">True when the subject is empty (RFC 5280, section 4.1.2.6).</param>
    public static X509Extension Encode(SpiffeId identity, IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses, bool critical)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, identity.ToString(), Tag(UriTag));
            foreach (string name in dnsNames)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, Tag(DnsTag));
            }

            foreach (IPAddress address in addresses)
            {
                writer.WriteOctetString(address.GetAddressBytes(), Tag(AddressTag));
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical);
    }

    /// <summary>Finds the one URI name of a certificate.</summary>
    /// <returns><see cref="PeerFault.None"/> with the bytes of the name, <see cref="PeerFault.MalformedNames"/> when the extension is unreadable or
    /// repeated, <see cref="PeerFault.NotOneUriName"/> when there is none or more than one.</returns>
    public static PeerFault ReadSoleUri(X509Certificate2 certificate, out byte[] uri)
    {
        uri = [];
        X509Extension? names = null;
        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == Oid)
            {
                if (names is not null)
                {
                    return PeerFault.MalformedNames;
                }

                names = extension;
            }
        }

        return names is null ? PeerFault.NotOneUriName : ReadSoleUri(names.RawData, out uri);
    }

    internal static PeerFault ReadSoleUri(byte[] extension, out byte[] uri)
    {
        uri = [];
        int count = 0;
        try
        {
            var reader = new AsnReader(extension, AsnEncodingRules.DER);
            AsnReader names = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(Tag(UriTag)))
                {
                    count++;
                    uri = Encoding.Latin1.GetBytes(names.ReadCharacterString(UniversalTagNumber.IA5String, Tag(UriTag)));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException)
        {
            return PeerFault.MalformedNames;
        }

        return count == 1 ? PeerFault.None : PeerFault.NotOneUriName;
    }

    private static Asn1Tag Tag(int value) => new(TagClass.ContextSpecific, value);
}
