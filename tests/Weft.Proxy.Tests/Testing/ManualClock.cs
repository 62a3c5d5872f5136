namespace Weft.Proxy.Tests.Testing;

/// <summary>A clock that stands still until told to move.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _us = 1_000_000_000;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => Volatile.Read(ref _us);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(20_000).AddMicroseconds(Volatile.Read(ref _us));

    public void AdvanceMs(long ms) => Interlocked.Add(ref _us, ms * 1000);
}
