using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Weft.Cli;
using Weft.Model;
using Weft.Wire.Tests.Twins;

namespace Weft.Fuzz.Twins;

/// <summary>Holds both readers of durations, that of resources and that of the command line, against their grammars as regular expressions.</summary>
internal static partial class DurationOracle
{
    internal static IReadOnlyList<byte[]> Corpus { get; } =
        [.. new[] { "0s", "1m30s", "1h2m3s4ms", "99999h", "500ms", "1d", "3660d", "1d2h3m4s5ms", "1s1s1s1s1s", "999999999ms", "-1s", "1.5s" }.Select(Encoding.ASCII.GetBytes)];

    internal static IReadOnlyList<string> Words { get; } = ["ms", "s", "m", "h", "d", "us", "0", "9", "99999", "100000", "999999999", "-", "+", ".", " ", "\0", "1h", "3660d"];

    internal static bool Check(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input);
        return CheckGateway(text) | CheckCommandLine(text);
    }

    private static bool CheckGateway(string text)
    {
        Match match = Gateway().Match(text);
        bool isRead = GatewayDuration.TryParse(text, out TimeSpan duration);
        DisagreementException.UnlessEqual(match.Success, isRead, "whether resources take it");
        if (!isRead)
        {
            return false;
        }

        DisagreementException.UnlessEqual(Sum(match), (decimal)duration.TotalMilliseconds, "milliseconds");
        if (duration >= TimeSpan.FromHours(100_000))
        {
            // No number of hours has more than five digits; no field allows as much.
            return true;
        }

        string shortest = GatewayDuration.Format(duration);
        DisagreementException.Unless(GatewayDuration.TryParse(shortest, out TimeSpan again), $"{shortest} is read again");
        DisagreementException.UnlessEqual(duration, again, "what was written");
        DisagreementException.UnlessEqual(shortest, GatewayDuration.Format(again), "the shortest spelling");
        return true;
    }

    private static bool CheckCommandLine(string text)
    {
        Match match = CommandLine().Match(text);
        bool expected = match.Success && text.Length <= 32 && Sum(match) <= 10m * 366 * 86_400_000;
        bool isRead = DurationText.TryParse(text, out TimeSpan duration);
        DisagreementException.UnlessEqual(expected, isRead, "whether the command line takes it");
        DisagreementException.UnlessEqual(expected ? Sum(match) : 0, (decimal)duration.TotalMilliseconds, "milliseconds");
        return isRead;
    }

    private static decimal Sum(Match match)
        => match.Groups[1].Captures.Zip(match.Groups[2].Captures, static (number, unit) => decimal.Parse(number.Value, CultureInfo.InvariantCulture) * unit.Value switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => 86_400_000,
        }).Sum();

    /// <summary>GEP-2257.</summary>
    [GeneratedRegex(@"\A(?:([0-9]{1,5})(h|ms|m|s)){1,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Gateway();

    [GeneratedRegex(@"\A(?:([0-9]{1,9})(d|h|ms|m|s))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommandLine();
}
