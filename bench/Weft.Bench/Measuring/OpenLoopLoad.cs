using System.Globalization;
using System.Text.Json;
using Weft.Bench.Processes;

namespace Weft.Bench.Measuring;

/// <summary>Weft's own load generator at a fixed rate: what a service far from its limit sees, measured from the intended time of sending.</summary>
internal sealed class OpenLoopLoad(string program, int ratePerS, int connections, int? processor, params IReadOnlyList<string> paths) : ILoad
{
    public async Task<LoadResult> RunAsync(int port, int seconds)
    {
        string output = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(seconds + 30),
            processor,
            [program, "http", "http://127.0.0.1:" + Text(port) + "/", "--rate", Text(ratePerS), "--for", Text(seconds) + "s", "--connections", Text(connections), "--quiet",
            .. paths.SelectMany(static path => (string[])["--path", path])]);
        using JsonDocument summary = JsonDocument.Parse(output);
        JsonElement root = summary.RootElement;
        if (root.GetProperty("lost").GetInt64() > 0)
        {
            throw new InvalidOperationException("the load generator lost requests: " + output);
        }

        return new LoadResult(
            root.GetProperty("ok").GetInt64(),
            root.GetProperty("duration_s").GetDouble(),
            root.GetProperty("p50_ms").GetDouble() * 1_000,
            root.GetProperty("p99_ms").GetDouble() * 1_000,
            root.GetProperty("latency").GetProperty("p999").GetDouble() * 1_000);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
