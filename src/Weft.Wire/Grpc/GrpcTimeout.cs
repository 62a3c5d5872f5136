using System.Buffers.Text;

namespace Weft.Wire.Grpc;

/// <summary>The value of <c>grpc-timeout</c>: one to eight digits and a unit (grpc: PROTOCOL-HTTP2.md, "Timeout").</summary>
public static class GrpcTimeout
{
    /// <summary>Bytes of the longest value.</summary>
    public const int SizeMax = 9;

    private const int DigitsMax = 8;
    private const long ValueMax = 99_999_999;

    /// <summary>Reads a value.</summary>
    /// <param name="microseconds">Rounded up, so that no time is taken away; at most 10^8 hours.</param>
    /// <returns>False when it is not of that form.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length is < 2 or > DigitsMax + 1)
        {
            return false;
        }

        long value = 0;
        foreach (byte digit in text[..^1])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        long unit = text[^1] switch
        {
            (byte)'H' => 3_600_000_000,
            (byte)'M' => 60_000_000,
            (byte)'S' => 1_000_000,
            (byte)'m' => 1_000,
            (byte)'u' => 1,
            (byte)'n' => 0,
            _ => -1,
        };
        microseconds = unit > 0 ? value * unit : (value + 999) / 1000;
        return unit >= 0;
    }

    /// <summary>Writes a time in milliseconds, or in seconds, rounded down, when those would be too many.</summary>
    /// <param name="milliseconds">0 to 99,999,999 seconds; more is written as that.</param>
    /// <returns>Bytes written to <paramref name="output"/>, which has room for <see cref="SizeMax"/>.</returns>
    public static int Write(long milliseconds, Span<byte> output)
    {
        bool fits = milliseconds <= ValueMax;
        Utf8Formatter.TryFormat(fits ? milliseconds : Math.Min(milliseconds / 1000, ValueMax), output, out int written);
        output[written] = fits ? (byte)'m' : (byte)'S';
        return written + 1;
    }
}
