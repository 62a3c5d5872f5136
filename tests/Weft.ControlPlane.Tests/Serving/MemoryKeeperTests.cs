using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Tests.Support;
using Xunit;

namespace Weft.ControlPlane.Tests.Serving;

[Collection(nameof(WholeHeap))]
public sealed class MemoryKeeperTests
{
    [Fact]
    public void Garbage_beyond_the_slack_is_collected_at_the_next_look_and_the_next_look_has_to_wait()
    {
        MemoryKeeper keeper = new();
        Leave(MemoryKeeper.SlackBytes);
        long before = GC.GetTotalMemory(forceFullCollection: false);
        keeper.Tick();
        long after = GC.GetTotalMemory(forceFullCollection: false);
        Assert.True(before - after > MemoryKeeper.SlackBytes / 2, $"{before} bytes before, {after} after");

        Leave(MemoryKeeper.SlackBytes * 2);
        int collections = GC.CollectionCount(GC.MaxGeneration);
        keeper.Tick();
        Assert.Equal(collections, GC.CollectionCount(GC.MaxGeneration));
    }

    /// <summary>Makes garbage that has grown old, so that young collections do not find it.</summary>
    private static void Leave(long bytes)
    {
        List<byte[]> kept = [];
        for (long made = 0; made < bytes * 3 / 2; made += 64 * 1024)
        {
            kept.Add(new byte[64 * 1024]);
        }

        GC.Collect(GC.MaxGeneration);
        kept.Clear();
    }
}
