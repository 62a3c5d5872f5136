using System.Text.Json.Serialization;

namespace Weft.Load.Measuring;

/// <summary>The last line of output. <c>lost</c> counts every request that was sent and did not end well, those without any answer included.</summary>
internal sealed record Summary
{
    public required long Sent { get; init; }
    public required long Ok { get; init; }
    public required long Lost { get; init; }
    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>Idempotent requests sent again because a reused connection had been closed before any byte of an answer.</summary>
    public required long Retries { get; init; }
    /// <summary>Before anything was counted, one request of every kind was sent so many times.</summary>
    public long WarmUpRounds { get; init; }
    public required double DurationS { get; init; }
    public required double RatePerS { get; init; }
    public required Latency Latency { get; init; }
    public required IReadOnlyDictionary<string, KindSummary> Kinds { get; init; }

    /// <summary>How often each value of the header <c>x-version</c> was seen.</summary>
    public required IReadOnlyDictionary<string, long> Versions { get; init; }
    public required IReadOnlyCollection<FailureRecord> Failures { get; init; }

    [JsonPropertyName("p50_ms")]
    public double P50Ms => Latency.P50;

    [JsonPropertyName("p95_ms")]
    public double P95Ms => Latency.P95;

    [JsonPropertyName("p99_ms")]
    public double P99Ms => Latency.P99;

    public static Summary Of(Recorder recorder, TimeSpan duration)
    {
        LogLinearHistogram all = new();
        foreach (KindTally kind in recorder.Kinds)
        {
            all.Add(kind.LatencyUs);
        }

        long sent = recorder.Sent;
        long ok = recorder.Ok;
        Dictionary<string, long> errors = new(recorder.Errors, StringComparer.Ordinal);
        if (sent - ok > recorder.Failed)
        {
            errors["unanswered"] = sent - ok - recorder.Failed;
        }

        return new Summary
        {
            Sent = sent,
            Ok = ok,
            Lost = sent - ok,
            Errors = errors,
            Retries = recorder.Retries,
            DurationS = Math.Round(duration.TotalSeconds, 3),
            RatePerS = Math.Round(ok / Math.Max(duration.TotalSeconds, 0.001), 1),
            Latency = Latency.Of(all),
            Kinds = recorder.Kinds.OrderBy(kind => kind.Name, StringComparer.Ordinal).ToDictionary(kind => kind.Name, KindSummary.Of),
            Versions = recorder.Versions,
            Failures = recorder.Failures,
        };
    }
}
