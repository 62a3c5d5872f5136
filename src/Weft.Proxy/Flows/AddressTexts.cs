using System.Globalization;
using Weft.Primitives.Net;

namespace Weft.Proxy.Flows;

/// <summary>
/// Spells addresses, and keeps what it spelled last: records of kept connections name the same few over and over. Memory comes with use and is bounded.
/// One thread.
/// </summary>
internal sealed class AddressTexts
{
    private const int PlacesLog2 = 6;

    /// <summary>Longest text: "unix:" and a path of 107 bytes.</summary>
    private const int TextMax = 112;

    private readonly Place?[] _places = new Place?[1 << PlacesLog2];

    /// <summary>The address as <see cref="NetAddress.ToString"/> has it, in UTF-8, until the next call; empty for none.</summary>
    public ReadOnlySpan<byte> Spell(scoped in NetAddress address)
    {
        if (address.Family == NetFamily.None)
        {
            return default;
        }

        Place place = _places[IndexOf(address)] ??= new Place();
        if (place.Address != address)
        {
            place.Address = address;
            place.Length = address.Family == NetFamily.V4 ? SpellV4(address, place.Text) : Copy(address.ToString(), place.Text);
        }

        return place.Text.AsSpan(0, place.Length);
    }

    /// <summary>Multiplying by the golden ratio spreads neighbouring ports over all places (Knuth, The Art of Computer Programming, 6.4).</summary>
    private static int IndexOf(in NetAddress address)
    {
        uint bits = address.V4Bits ^ (uint)address.V6Bits ^ ((uint)address.Port << 16);
        return (int)((bits * 2_654_435_769) >> (32 - PlacesLog2));
    }

    private static int SpellV4(in NetAddress address, Span<byte> room)
    {
        uint bits = address.V4Bits;
        int length = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            Put(room, ref length, (bits >> shift) & 255);
            room[length++] = (byte)(shift == 0 ? ':' : '.');
        }

        Put(room, ref length, address.Port);
        return length;
    }

    private static void Put(Span<byte> room, ref int length, uint number)
    {
        number.TryFormat(room[length..], out int written, default, CultureInfo.InvariantCulture);
        length += written;
    }

    private static int Copy(string text, Span<byte> room)
    {
        _ = System.Text.Unicode.Utf8.FromUtf16(text, room, out _, out int length);
        return length;
    }

    private sealed class Place
    {
        public NetAddress Address;
        public int Length;

        public byte[] Text { get; } = new byte[TextMax];
    }
}
