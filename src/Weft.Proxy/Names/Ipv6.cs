using Weft.Primitives.Net;

namespace Weft.Proxy.Names;

/// <summary>What the mesh proxy does for IPv6 beside IPv4, in a network namespace that has it.</summary>
internal static class Ipv6
{
    /// <summary>Every address of the namespace, one a line: address, interface number, prefix length, scope, flags, name.</summary>
    private const string AddressesFile = "/proc/self/net/if_inet6";

    /// <summary>fd77:6566:7400::/96, a unique local prefix (RFC 4193): behind it stands the IPv4 address that it means.</summary>
    private static readonly UInt128 VirtualPrefix = new(0xfd77_6566_7400_0000, 0);

    /// <summary>Whether the namespace speaks IPv6 at all.</summary>
    public static bool IsHere => ReadScopes().Any();

    /// <summary>Whether it has an address by which it could reach others: one that is not only for its own machine or link.</summary>
    public static bool ReachesOut => ReadScopes().Any(static scope => scope == "00");

    /// <summary>The same place for IPv6: capture redirects connections of either family to its own loopback address. Null: there is none.</summary>
    public static NetAddress? TwinOf(NetAddress address) => address.Family != NetFamily.V4 ? null
        : address.V4Bits == 0 ? NetAddress.V6(0, address.Port)
        : address.IsLoopback ? NetAddress.V6(UInt128.One, address.Port)
        : null;

    /// <summary>The virtual address of a service for those who ask for IPv6.</summary>
    public static NetAddress VirtualOf(NetAddress virtualV4) => NetAddress.V6(VirtualPrefix | virtualV4.V4Bits, virtualV4.Port);

    /// <summary>A virtual address as the mesh knows it; any other as it is.</summary>
    public static NetAddress Known(NetAddress address)
    {
        if (address.Family != NetFamily.V6)
        {
            return address;
        }

        UInt128 bits = address.V6Bits;
        return bits >> 32 == VirtualPrefix >> 32 ? NetAddress.V4((uint)bits, address.Port) : address;
    }

    private static IEnumerable<string> ReadScopes()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(AddressesFile);
        }
        catch (IOException)
        {
            return [];
        }

        return lines.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(static words => words.Length >= 4).Select(static words => words[3]);
    }
}
