using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using Weft.Primitives.Net;

namespace Weft.Wire.ProxyProtocol;

/// <summary>Writes PROXY protocol headers.</summary>
public static class ProxyHeaderWriter
{
    /// <summary>Room that is always enough.</summary>
    public const int Max = ProxyHeader.V1Max;

    /// <summary>
    /// Writes a header for a TCP connection from <paramref name="source"/> to <paramref name="destination"/>. Addresses that are not both
    /// IPv4 or both IPv6 are written as unknown.
    /// </summary>
    /// <param name="version">Version 1 or 2.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">Where it had connected to.</param>
    /// <param name="output">At least <see cref="Max"/> octets.</param>
    /// <returns>Octets written.</returns>
    public static int Write(ProxyVersion version, NetAddress source, NetAddress destination, Span<byte> output)
    {
        NetFamily family = source.Family == destination.Family ? source.Family : NetFamily.None;
        return version == ProxyVersion.V1 ? WriteV1(family, source, destination, output) : WriteV2(family, source, destination, output);
    }

    private static int WriteV1(NetFamily family, NetAddress source, NetAddress destination, Span<byte> output)
    {
        if (family is not (NetFamily.V4 or NetFamily.V6))
        {
            "PROXY UNKNOWN\r\n"u8.CopyTo(output);
            return 15;
        }

        Utf8.TryWrite(
            output,
            CultureInfo.InvariantCulture,
            $"PROXY {(family == NetFamily.V4 ? "TCP4" : "TCP6")} {HostText(source)} {HostText(destination)} {source.Port} {destination.Port}\r\n",
            out int written);
        return written;
    }

    /// <summary>IPv6 in its long form, which has no IPv4 part that a strict reader would refuse.</summary>
    private static string HostText(NetAddress address)
    {
        if (address.Family == NetFamily.V4)
        {
            return address.HostText;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.WriteV6(bytes);
        Span<char> text = stackalloc char[39];
        int at = 0;
        for (int i = 0; i < 16; i += 2)
        {
            if (i > 0)
            {
                text[at++] = ':';
            }

            BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]).TryFormat(text[at..], out int written, "x", CultureInfo.InvariantCulture);
            at += written;
        }

        return new string(text[..at]);
    }

    private static int WriteV2(NetFamily family, NetAddress source, NetAddress destination, Span<byte> output)
    {
        ProxyHeader.Signature.CopyTo(output);
        output[12] = 0x21;
        Span<byte> block = output[16..];
        int length = 0;
        switch (family)
        {
            case NetFamily.V4:
                output[13] = 0x11;
                length = 12;
                BinaryPrimitives.WriteUInt32BigEndian(block, source.V4Bits);
                BinaryPrimitives.WriteUInt32BigEndian(block[4..], destination.V4Bits);
                break;
            case NetFamily.V6:
                output[13] = 0x21;
                length = 36;
                source.WriteV6(block);
                destination.WriteV6(block[16..]);
                break;
            default:
                output[13] = 0;
                break;
        }

        BinaryPrimitives.WriteUInt16BigEndian(output[14..], (ushort)length);
        if (length > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(block[(length - 4)..], source.Port);
            BinaryPrimitives.WriteUInt16BigEndian(block[(length - 2)..], destination.Port);
        }

        return 16 + length;
    }
}
