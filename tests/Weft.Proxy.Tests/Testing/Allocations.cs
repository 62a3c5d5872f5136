namespace Weft.Proxy.Tests.Testing;

/// <summary>What code allocates in steady state.</summary>
internal static class Allocations
{
    /// <summary>
    /// The fewest bytes that any of up to twenty runs of 1,000 rounds allocated: what every round costs shows in all of them, what the runtime does now and then
    /// (compiling again, trimming a pool after a collection) in some. The first run fills pools and is not looked at.
    /// </summary>
    public static long Fewest(Action round)
    {
        for (int i = 0; i < 1000; i++)
        {
            round();
        }

        long fewest = long.MaxValue;
        for (int window = 0; window < 20 && fewest > 0; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                round();
            }

            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
