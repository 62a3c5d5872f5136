using System.Text;

namespace Weft.Wire.Http2.Hpack;

/// <summary>The static table of RFC 7541, appendix A; indices 1 to 61.</summary>
internal static class StaticTable
{
    internal const int Count = 61;

    /// <summary>Slots of <see cref="s_byName"/>; the tests check that no two names of the table meet in one.</summary>
    private const int Slots = 128;

    private static readonly (byte[] Name, byte[] Value)[] s_entries = Build(
        ":authority", "", ":method", "GET", ":method", "POST", ":path", "/", ":path", "/index.html", ":scheme", "http", ":scheme", "https",
        ":status", "200", ":status", "204", ":status", "206", ":status", "304", ":status", "400", ":status", "404", ":status", "500",
        "accept-charset", "", "accept-encoding", "gzip, deflate", "accept-language", "", "accept-ranges", "", "accept", "",
        "access-control-allow-origin", "", "age", "", "allow", "", "authorization", "", "cache-control", "", "content-disposition", "",
        "content-encoding", "", "content-language", "", "content-length", "", "content-location", "", "content-range", "", "content-type", "",
        "cookie", "", "date", "", "etag", "", "expect", "", "expires", "", "from", "", "host", "", "if-match", "", "if-modified-since", "",
        "if-none-match", "", "if-range", "", "if-unmodified-since", "", "last-modified", "", "link", "", "location", "", "max-forwards", "",
        "proxy-authenticate", "", "proxy-authorization", "", "range", "", "referer", "", "refresh", "", "retry-after", "", "server", "",
        "set-cookie", "", "strict-transport-security", "", "transfer-encoding", "", "user-agent", "", "vary", "", "via", "", "www-authenticate", "");

    private static readonly byte[] s_byName = BuildByName();

    internal static ReadOnlySpan<byte> Name(int index) => s_entries[index - 1].Name;

    internal static ReadOnlySpan<byte> Value(int index) => s_entries[index - 1].Value;

    /// <summary>Index of an entry with that name, compared without case; 0 when there is none.</summary>
    internal static int FindName(ReadOnlySpan<byte> name)
    {
        int index = name.Length is >= 3 and <= 27 ? s_byName[Slot(name)] : 0;
        return index != 0 && Ascii.EqualsIgnoreCase(Name(index), name) ? index : 0;
    }

    /// <summary>
    /// Three letters and the length, weighted so that every name of the table gets a slot of its own (found by search).
    /// Bit 5 is left out, as it is the case of a letter.
    /// </summary>
    internal static int Slot(ReadOnlySpan<byte> name)
    {
        uint first = (uint)name[0] & 0x1F;
        uint middle = (uint)name[name.Length / 2] & 0x1F;
        uint last = (uint)name[^1] & 0x1F;
        return (int)(((first * 114) + (middle * 53) + (last * 54) + ((uint)name.Length * 124)) % Slots);
    }

    private static (byte[] Name, byte[] Value)[] Build(params ReadOnlySpan<string> pairs)
    {
        (byte[] Name, byte[] Value)[] entries = new (byte[], byte[])[pairs.Length / 2];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = (Encoding.ASCII.GetBytes(pairs[2 * i]), Encoding.ASCII.GetBytes(pairs[(2 * i) + 1]));
        }

        return entries;
    }

    private static byte[] BuildByName()
    {
        byte[] slots = new byte[Slots];
        for (int index = Count; index >= 1; index--)
        {
            slots[Slot(Name(index))] = (byte)index;
        }

        return slots;
    }
}
