using System.Text.Json;

namespace Weft.Cli.Demo;

/// <summary>What the load generator says at its end: the last line of its output.</summary>
internal sealed record LoadSummary(long Sent, long Ok, long Lost, double P50Ms, double P99Ms, IReadOnlyDictionary<string, long> Errors)
{
    /// <summary>Null when the file has no such line: the generator was killed.</summary>
    public static LoadSummary? Read(string logFile)
    {
        string? last = File.Exists(logFile) ? File.ReadLines(logFile).LastOrDefault(l => l.StartsWith('{')) : null;
        if (last is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(last);
            JsonElement o = document.RootElement;
            var errors = o.GetProperty("errors").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetInt64(), StringComparer.Ordinal);
            return new LoadSummary(
                o.GetProperty("sent").GetInt64(), o.GetProperty("ok").GetInt64(), o.GetProperty("lost").GetInt64(), o.GetProperty("p50_ms").GetDouble(), o.GetProperty("p99_ms").GetDouble(), errors);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
