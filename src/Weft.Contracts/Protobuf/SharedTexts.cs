using System.Text;

namespace Weft.Contracts.Protobuf;

/// <summary>
/// Texts that come again and again, such as names of services in telemetry, kept once instead of allocated anew for every message. A fixed number of places, each text
/// has one; who comes later takes it. May be used by several threads: the worst that can happen is that a text is made twice.
/// </summary>
internal static class SharedTexts
{
    /// <summary>Longer texts are not kept.</summary>
    private const int LengthMax = 128;

    private const int PlacesLog2 = 15;
    private static readonly string?[] s_places = new string?[1 << PlacesLog2];

    /// <summary>The text of these bytes.</summary>
    /// <exception cref="DecoderFallbackException">They are not valid UTF-8.</exception>
    internal static string Get(ReadOnlySpan<byte> utf8, UTF8Encoding encoding)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > LengthMax)
        {
            return encoding.GetString(utf8);
        }

        ref string? place = ref s_places[PlaceOf(utf8)];
        if (Volatile.Read(ref place) is { } known && Ascii.Equals(utf8, known))
        {
            return known;
        }

        string made = encoding.GetString(utf8);
        Volatile.Write(ref place, made);
        return made;
    }

    // FNV-1a over 32 bits. Whoever makes texts meet on purpose only makes them be allocated, as they were without this.
    private static int PlaceOf(ReadOnlySpan<byte> utf8)
    {
        uint hash = 2_166_136_261;
        foreach (byte one in utf8)
        {
            hash = (hash ^ one) * 16_777_619;
        }

        return (int)((hash ^ (hash >> PlacesLog2)) & ((1 << PlacesLog2) - 1));
    }
}
