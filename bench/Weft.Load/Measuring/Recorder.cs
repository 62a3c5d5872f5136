using System.Collections.Concurrent;
using System.Diagnostics;

namespace Weft.Load.Measuring;

/// <summary>Collects what happened. Latency runs from the moment a request was meant to be sent, so that a stall of the server
/// or of this program is seen in full by every request it delays.</summary>
internal sealed class Recorder(long startTimestamp)
{
    private const int FailuresKept = 100;

    private readonly ConcurrentDictionary<string, KindTally> _kinds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<FailureRecord> _failures = new();
    private long _retries;

    public IEnumerable<KindTally> Kinds => _kinds.Values;

    public IReadOnlyDictionary<string, long> Errors => _errors;

    public IReadOnlyDictionary<string, long> Versions => _versions;

    public IReadOnlyCollection<FailureRecord> Failures => _failures;

    public long Retries => Volatile.Read(ref _retries);

    public long Sent => _kinds.Values.Sum(kind => kind.Sent);

    public long Ok => _kinds.Values.Sum(kind => kind.Ok);

    public long Failed => _errors.Values.Sum();

    public KindTally Kind(string name) => _kinds.GetOrAdd(name, key => new KindTally(key));

    public void Record(KindTally kind, long intended, in Outcome outcome)
    {
        if (outcome.Retried)
        {
            Interlocked.Increment(ref _retries);
        }

        if (outcome.Version is not null)
        {
            _versions.AddOrUpdate(outcome.Version, 1, (_, count) => count + 1);
        }

        if (outcome.Failure is null)
        {
            kind.AddOk((long)Stopwatch.GetElapsedTime(intended).TotalMicroseconds);
            return;
        }

        _errors.AddOrUpdate(outcome.Failure, 1, (_, count) => count + 1);
        if (_failures.Count < FailuresKept)
        {
            _failures.Enqueue(new FailureRecord(Seconds(intended), Seconds(Stopwatch.GetTimestamp()), kind.Name, outcome.Failure));
        }
    }

    private double Seconds(long timestamp) => Math.Round(Stopwatch.GetElapsedTime(startTimestamp, timestamp).TotalSeconds, 3);
}
