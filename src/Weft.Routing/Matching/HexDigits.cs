namespace Weft.Routing.Matching;

/// <summary>The two digits of a percent escape (RFC 3986, 2.1).</summary>
internal static class HexDigits
{
    internal static byte Upper(int nibble) => "0123456789ABCDEF"u8[nibble];

    internal static bool TryRead(byte high, byte low, out byte value)
    {
        int h = Value(high);
        int l = Value(low);
        value = (byte)((h << 4) | (l & 15));
        return h >= 0 && l >= 0;
    }

    private static int Value(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
