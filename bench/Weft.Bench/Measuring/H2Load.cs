using System.Globalization;
using System.Text.RegularExpressions;
using Weft.Bench.Contenders;
using Weft.Bench.Processes;

namespace Weft.Bench.Measuring;

/// <summary><c>h2load</c> with one thread calling a gRPC method over HTTP/2 without TLS: a closed loop on every stream.</summary>
internal sealed partial class H2Load(int connections, int streams, GrpcOrigin origin, int? processor) : ILoad
{
    public async Task<LoadResult> RunAsync(int port, int seconds)
    {
        await GrpcProbe.CheckAsync(port, origin);
        string log = origin.MessageFile + ".log";
        string output = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(seconds + 20),
            processor,
            "h2load", "-t1", Text("-c", connections), Text("-m", streams), Text("-D", seconds), "-d", origin.MessageFile, "-H", "content-type: application/grpc",
            "-H", "te: trailers", "--log-file=" + log, Text("http://127.0.0.1:", port) + GrpcOrigin.Method);
        Match counts = Counts().Match(output);
        if (!counts.Success || Number(counts, 1) == 0 || Number(counts, 2) != Number(counts, 1) || Number(counts, 3) + Number(counts, 4) + Number(counts, 5) != 0)
        {
            throw new InvalidOperationException("h2load met errors: " + output);
        }

        int[] latenciesUs = [.. File.ReadLines(log).Select(line => int.Parse(line.AsSpan(line.LastIndexOf('\t') + 1), NumberStyles.None, CultureInfo.InvariantCulture)).Order()];
        File.Delete(log);
        return new LoadResult(Number(counts, 1), seconds, At(latenciesUs, 0.5), At(latenciesUs, 0.99));
    }

    private static double At(int[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

    private static long Number(Match match, int group) => long.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Text(string before, int number) => before + number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout")]
    private static partial Regex Counts();
}
