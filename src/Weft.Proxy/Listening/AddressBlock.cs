using System.Globalization;
using Weft.Primitives.Net;

namespace Weft.Proxy.Listening;

/// <summary>A block of addresses, "10.0.0.0/8", "fd00::/8", or one address.</summary>
internal readonly record struct AddressBlock
{
    private readonly UInt128 _bits;
    private readonly int _length;
    private readonly NetFamily _family;

    private AddressBlock(NetAddress address, int length)
    {
        _family = address.Family;
        _bits = BitsOf(address);
        _length = length;
    }

    /// <summary>Takes the text form; a block whose address has bits behind its length is a mistake of whoever wrote it.</summary>
    public static bool TryParse(string text, out AddressBlock block)
    {
        block = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!NetAddress.TryParseHost(slash < 0 ? text : text.AsSpan(0, slash), 0, out NetAddress address))
        {
            return false;
        }

        int most = WidthOf(address.Family);
        int length = most;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > most))
        {
            return false;
        }

        block = new AddressBlock(address, length);
        return block.Prefix(block._bits) << block.HostBits == block._bits || block.HostBits == most;
    }

    public bool Contains(NetAddress address) => address.Family == _family && Prefix(BitsOf(address)) == Prefix(_bits);

    private int HostBits => WidthOf(_family) - _length;

    private UInt128 Prefix(UInt128 bits) => HostBits == 128 ? 0 : bits >> HostBits;

    private static int WidthOf(NetFamily family) => family == NetFamily.V4 ? 32 : 128;

    private static UInt128 BitsOf(NetAddress address) => address.Family == NetFamily.V4 ? address.V4Bits : address.V6Bits;
}
