using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weft.Cli.Host;

/// <summary>A block of IPv4 addresses in CIDR form.</summary>
internal readonly record struct Ipv4Subnet(uint Network, int PrefixLength)
{
    /// <summary>Addresses in the block, the network's and the broadcast address included.</summary>
    public uint Size => 1u << (32 - PrefixLength);

    /// <summary>Reads "10.77.0.0/16". Prefixes from 8 to 29 make sense for a bridge; host bits must be 0.</summary>
    /// <exception cref="FormatException">The text is no such block.</exception>
    public static Ipv4Subnet Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !IPAddress.TryParse(text.AsSpan(0, slash), out IPAddress? address)
            || address.AddressFamily != AddressFamily.InterNetwork
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length is < 8 or > 29)
        {
            throw new FormatException($"\"{text}\" is no IPv4 block like 10.77.0.0/16 (prefix 8 to 29)");
        }

        uint network = ToNumber(address);
        return (network & ((1u << (32 - length)) - 1)) == 0
            ? new Ipv4Subnet(network, length)
            : throw new FormatException($"\"{text}\" has bits set behind its prefix");
    }

    public IPAddress At(uint offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Network + offset);
        return new IPAddress(bytes);
    }

    public bool Contains(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && ToNumber(address) - Network < Size;

    public uint OffsetOf(IPAddress address) => ToNumber(address) - Network;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At(0)}/{PrefixLength}");

    private static uint ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out _) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }
}
