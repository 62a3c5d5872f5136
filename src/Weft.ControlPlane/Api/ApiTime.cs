using System.Globalization;

namespace Weft.ControlPlane.Api;

/// <summary>
/// Times as questions write them: seconds since 1970, or a date, or a date with a time of day as RFC 3339 has it, where seconds and offset may be missing. Without an
/// offset it is UTC. Nothing else, so that a time means the same on every day and in every country.
/// </summary>
internal static class ApiTime
{
    /// <summary>The end of the year 9999.</summary>
    private const long LastSecond = 253_402_300_799;

    /// <summary>Characters of a date.</summary>
    private const int DateLength = 10;

    /// <summary>Characters of an offset.</summary>
    private const int OffsetLength = 6;

    private static readonly string[] s_formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a time from 1970 on.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        // The framework would take zero bytes behind a number.
        if (!text.Contains('\0', StringComparison.Ordinal) && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            && seconds is >= 0 and <= LastSecond)
        {
            time = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1_000));
            return true;
        }

        return DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time)
            && HasWholeOffset(text)
            && time >= DateTimeOffset.UnixEpoch;
    }

    /// <summary>The framework would take an offset like -1:30, or without its colon.</summary>
    private static bool HasWholeOffset(string text)
    {
        int sign = text.AsSpan(DateLength).LastIndexOfAny('+', '-');
        return sign < 0 || (text.Length - DateLength - sign == OffsetLength && text[^3] == ':');
    }
}
