using System.Buffers.Binary;
using System.Text;
using Weft.Primitives.Net;

namespace Weft.Proxy.Security;

/// <summary>The subject alternative names of a verified peer certificate (RFC 5280, 4.2.1.6).</summary>
/// <param name="Uris">uniformResourceIdentifier.</param>
/// <param name="DnsNames">dNSName.</param>
/// <param name="Addresses">iPAddress, with port 0.</param>
internal sealed record PeerNames(IReadOnlyList<string> Uris, IReadOnlyList<string> DnsNames, IReadOnlyList<NetAddress> Addresses)
{
    private const int NamesMax = 64;

    public static readonly PeerNames None = new([], [], []);

    /// <summary>The SPIFFE ID: the one URI name when there is exactly one and it is of that scheme, else null (SPIFFE X.509-SVID, 2).</summary>
    public string? SpiffeId => Uris.Count == 1 && Uris[0].StartsWith("spiffe://", StringComparison.Ordinal) ? Uris[0] : null;

    /// <summary>
    /// Whether the certificate carries this URI (byte for byte; a SPIFFE ID must be its only one), DNS name (without case; a wildcard stands for
    /// one whole leftmost label) or IP address. An address is no DNS name, whatever a certificate writes as one (RFC 9110, 4.3.5).
    /// </summary>
    public bool Matches(string expected)
        => expected.StartsWith("spiffe://", StringComparison.Ordinal) ? string.Equals(SpiffeId, expected, StringComparison.Ordinal)
            : expected.Contains("://", StringComparison.Ordinal) ? Uris.Contains(expected, StringComparer.Ordinal)
            : NetAddress.TryParseHost(expected, 0, out NetAddress address) ? Addresses.Contains(address)
            : DnsNames.Any(name => DnsMatches(name, expected));

    /// <summary>The names in a certificate of OpenSSL (X509*); none when it has no such extension.</summary>
    public static unsafe PeerNames OfCertificate(nint certificate)
    {
        int index = OpenSsl.X509_get_ext_by_NID(certificate, OpenSsl.NidSubjectAltName, -1);
        if (index < 0)
        {
            return None;
        }

        nint value = OpenSsl.X509_EXTENSION_get_data(OpenSsl.X509_get_ext(certificate, index));
        return Parse(new ReadOnlySpan<byte>((void*)OpenSsl.ASN1_STRING_get0_data(value), OpenSsl.ASN1_STRING_length(value)));
    }

    /// <summary>Reads the extension's value: a SEQUENCE of GeneralName. What does not parse yields no names, which authenticates nobody.</summary>
    public static PeerNames Parse(ReadOnlySpan<byte> der)
    {
        if (!TryReadTag(ref der, out byte tag, out ReadOnlySpan<byte> names) || tag != 0x30 || der.Length != 0)
        {
            return None;
        }

        List<string> uris = [];
        List<string> dns = [];
        List<NetAddress> addresses = [];
        while (names.Length > 0)
        {
            if (uris.Count + dns.Count + addresses.Count >= NamesMax || !TryReadTag(ref names, out byte kind, out ReadOnlySpan<byte> value))
            {
                return None;
            }

            // A constructed [6] or [2] would have names inside of it, which no certificate may have and other readers refuse.
            if (kind is 0xa6 or 0xa2)
            {
                return None;
            }

            // [6] uniformResourceIdentifier and [2] dNSName are IA5String: anything else in them is an attempt at confusion.
            if (kind is 0x86 or 0x82)
            {
                if (value.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
                {
                    return None;
                }

                (kind == 0x86 ? uris : dns).Add(Encoding.ASCII.GetString(value));
            }
            else if (kind == 0x87)
            {
                // [7] iPAddress: four or sixteen octets, in network order.
                if (value.Length is not (4 or 16))
                {
                    return None;
                }

                addresses.Add(value.Length == 4 ? NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(value), 0) : NetAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(value), 0));
            }
        }

        return new PeerNames(uris, dns, addresses);
    }

    private static bool DnsMatches(string pattern, string host)
    {
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            return string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase);
        }

        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && pattern.AsSpan(1).Equals(host.AsSpan(dot), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// One DER element with a tag of one byte and a definite length of at most two bytes, written in as few as it takes (X.690, 10.1): where several texts mean one thing, another
    /// reader of the same certificate may see another thing in one of them.
    /// </summary>
    private static bool TryReadTag(ref ReadOnlySpan<byte> input, out byte tag, out ReadOnlySpan<byte> value)
    {
        tag = 0;
        value = default;
        if (input.Length < 2)
        {
            return false;
        }

        tag = input[0];
        if ((tag & 0x1f) == 0x1f)
        {
            return false;
        }

        int length = input[1];
        int header = 2;
        if (length > 0x80)
        {
            int bytes = length & 0x7f;
            if (bytes > 2 || input.Length < 2 + bytes)
            {
                return false;
            }

            length = bytes == 1 ? input[2] : (input[2] << 8) | input[3];
            if (length < (bytes == 1 ? 0x80 : 0x100))
            {
                return false;
            }

            header += bytes;
        }
        else if (length == 0x80)
        {
            return false;
        }

        if (input.Length - header < length)
        {
            return false;
        }

        value = input.Slice(header, length);
        input = input[(header + length)..];
        return true;
    }
}
