using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Weft.ControlPlane.Api;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>Holds the reader of times in questions against its grammar as regular expressions, and against a count of days of its own.</summary>
internal static partial class TimeOracle
{
    private const decimal LastSecond = 253_402_300_799;

    internal static IReadOnlyList<byte[]> Corpus { get; } =
    [
        .. new[]
        {
            "0", "1764230400", "1764230400.125", "253402300799", "2026-11-28", "2026-11-28T06:28Z", "2026-11-28T06:28:37+01:00", "2026-11-28T06:28:37.1234567-11:30", "2024-02-29T23:59:59",
            "2026-02-29", "1969-12-31", "12:00", "11/28/2026", "1e3", "9999-12-31T23:59:59.9999999Z",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    internal static IReadOnlyList<string> Words { get; } =
        ["2026-11-28", "2024-02-29", "1970-01-01", "9999-12-31", "T", "t", " ", "Z", "z", "+14:00", "-14:00", "+15:00", "+00:60", ":", "00", "23:59:60", "24:00", ".", ".1234567", ".12345678", "-", "+", "\0"];

    internal static bool Check(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input);
        decimal? expected = SecondsOf(text);
        bool isRead = ApiTime.TryParse(text, out DateTimeOffset time);
        DisagreementException.UnlessEqual(expected is not null, isRead, "whether it is taken");
        if (expected is { } seconds)
        {
            DisagreementException.UnlessEqual(seconds, (time - DateTimeOffset.UnixEpoch).Ticks / 10_000_000m, "seconds since 1970");
        }

        return isRead;
    }

    private static decimal? SecondsOf(string text)
    {
        if (Number().IsMatch(text))
        {
            // Parts of a millisecond are cut; more digits than a decimal has are none of ours.
            return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) && number <= LastSecond ? Math.Floor(number * 1_000) / 1_000 : null;
        }

        Match match = Calendar().Match(text);
        if (!match.Success)
        {
            return null;
        }

        int year = Part(match, "y");
        int month = Part(match, "m");
        int day = Part(match, "d");
        (int hour, int minute, int second) = (Part(match, "h"), Part(match, "i"), Part(match, "s"));
        (int offsetHours, int offsetMinutes) = (Part(match, "oh"), Part(match, "om"));
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DaysOf(year, month) || hour > 23 || minute > 59 || second > 59 || offsetMinutes > 59 || (offsetHours * 60) + offsetMinutes > 14 * 60)
        {
            return null;
        }

        long days = Enumerable.Range(1, year - 1).Sum(static y => IsLeap(y) ? 366 : 365) + Enumerable.Range(1, month - 1).Sum(m => DaysOf(year, m)) + day - 1;
        const long DaysBefore1970 = 719_162;
        long offset = ((offsetHours * 60) + offsetMinutes) * 60 * (match.Groups["o"].Value.StartsWith('-') ? -1 : 1);
        decimal fraction = match.Groups["f"] is { Success: true, Length: > 0 } digits ? decimal.Parse("0." + digits.Value, CultureInfo.InvariantCulture) : 0;
        decimal seconds = ((days - DaysBefore1970) * 86_400) + (hour * 3_600) + (minute * 60) + second - offset + fraction;
        return seconds >= 0 && seconds <= LastSecond + 0.9999999m ? seconds : null;
    }

    private static int Part(Match match, string name) => match.Groups[name].Success ? int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;

    private static bool IsLeap(int year) => (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    private static int DaysOf(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    [GeneratedRegex(@"\A(?:[0-9]+\.?[0-9]*|\.[0-9]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"\A(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})(?:T(?<h>[0-9]{2}):(?<i>[0-9]{2})(?::(?<s>[0-9]{2})(?:\.(?<f>[0-9]{1,7})?)?)?(?<o>Z|[+-](?<oh>[0-9]{2}):(?<om>[0-9]{2}))?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Calendar();
}
