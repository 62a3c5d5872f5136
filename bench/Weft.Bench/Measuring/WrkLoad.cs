using System.Globalization;
using System.Text.RegularExpressions;
using Weft.Bench.Processes;

namespace Weft.Bench.Measuring;

/// <summary><c>wrk</c> with one thread: a closed loop, each connection asking again as soon as it has its answer.</summary>
internal sealed partial class WrkLoad(int connections, int? processor, string path = "/") : ILoad
{
    public async Task<LoadResult> RunAsync(int port, int seconds)
    {
        string output = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(seconds + 20),
            processor,
            "wrk", "-t1", Text("-c", connections), Text("-d", seconds) + "s", "--latency", Text("http://127.0.0.1:", port) + path);
        if (output.Contains("Socket errors", StringComparison.Ordinal) || output.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("wrk met errors: " + output);
        }

        Match total = Total().Match(output);
        return new LoadResult(
            long.Parse(total.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
            Microseconds(total.Groups[2].Value, total.Groups[3].Value) / 1_000_000,
            Quantile(output, "50%"),
            Quantile(output, "99%"));
    }

    private static double Quantile(string output, string which)
    {
        foreach (Match match in Latency().Matches(output))
        {
            if (match.Groups[1].Value == which)
            {
                return Microseconds(match.Groups[2].Value, match.Groups[3].Value);
            }
        }

        throw new FormatException("wrk printed no latencies: " + output);
    }

    private static double Microseconds(string number, string unit)
        => double.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * unit switch
        {
            "us" => 1,
            "ms" => 1_000,
            "s" => 1_000_000,
            "m" => 60_000_000,
            _ => throw new FormatException($"unknown unit {unit}"),
        };

    private static string Text(string before, int number) => before + number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) requests in ([\d.]+)(us|ms|s|m),")]
    private static partial Regex Total();

    [GeneratedRegex(@"^\s+(\d+%)\s+([\d.]+)(us|ms|s|m)\s*$", RegexOptions.Multiline)]
    private static partial Regex Latency();
}
