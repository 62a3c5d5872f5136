namespace Weft.Proxy.Buffers;

/// <summary>
/// The bytes that the buffers of all loops may still grow by until the memory of the process is at its end. Whoever measures the memory sets it; in between, every slab that is made takes
/// from it, so that a burst is seen while it happens. Any thread.
/// </summary>
internal sealed class MemoryBudget
{
    private long _left = long.MaxValue / 2;

    /// <summary>Negative when it is overdrawn.</summary>
    public long Left => Volatile.Read(ref _left);

    public bool IsUsedUp => Left <= 0;

    public void Set(long bytes) => Volatile.Write(ref _left, bytes);

    public void Take(long bytes) => Interlocked.Add(ref _left, -bytes);
}
