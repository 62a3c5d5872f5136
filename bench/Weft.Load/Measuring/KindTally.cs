namespace Weft.Load.Measuring;

/// <summary>What is known of one kind of request.</summary>
internal sealed class KindTally(string name)
{
    private long _sent;
    private long _ok;

    public string Name { get; } = name;

    public LogLinearHistogram LatencyUs { get; } = new();

    public long Sent => Volatile.Read(ref _sent);

    public long Ok => Volatile.Read(ref _ok);

    public void AddSent() => Interlocked.Increment(ref _sent);

    public void AddOk(long latencyUs)
    {
        LatencyUs.Record(latencyUs);
        Interlocked.Increment(ref _ok);
    }
}
