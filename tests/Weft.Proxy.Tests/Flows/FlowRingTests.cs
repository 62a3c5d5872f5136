using Weft.Proxy.Flows;
using Xunit;

namespace Weft.Proxy.Tests.Flows;

public sealed class FlowRingTests
{
    [Fact]
    public void A_cursor_reads_everything_once_in_order_and_counts_what_it_missed()
    {
        FlowRing ring = new(64);
        FlowCursor cursor = new(ring);
        Write(ring, 0, 50);
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (long)i), ReadAll(cursor));
        Assert.Empty(ReadAll(cursor));
        Write(ring, 50, 150);
        Assert.Equal(Enumerable.Range(136, 64).Select(static i => (long)i), ReadAll(cursor));
        Assert.Equal(86, cursor.Lost);
    }

    [Fact]
    public void A_record_that_is_being_written_is_not_read()
    {
        FlowRing ring = new(32);
        Write(ring, 0, 32);
        FlowData copy = default;
        Assert.True(ring.TryRead(0, ref copy));
        ring.BeginWrite().Facts.BytesSent = 999;
        Assert.False(ring.TryRead(0, ref copy));
        ring.EndWrite();
        Assert.False(ring.TryRead(0, ref copy));
        Assert.True(ring.TryRead(32, ref copy));
        Assert.Equal(999, copy.Facts.BytesSent);
    }

    [Fact]
    public void A_reader_on_another_thread_never_sees_half_a_record()
    {
        FlowRing ring = new(32);
        FlowCursor cursor = new(ring);
        const int Count = 200_000;
        Thread writer = new(() => Write(ring, 0, Count));
        writer.Start();
        long read = 0;
        FlowData record = default;
        while (true)
        {
            bool ended = !writer.IsAlive;
            while (cursor.TryNext(ref record))
            {
                read++;
                Assert.Equal(record.Facts.BytesSent, record.Facts.BytesReceived);
                Assert.Equal(record.Facts.BytesSent, (long)record.Facts.Commit);
                Assert.Equal(record.Facts.BytesSent, record.Facts.MessagesSent);
            }

            if (ended)
            {
                break;
            }
        }

        writer.Join();
        Assert.Equal(Count, read + cursor.Lost);
        Assert.True(read >= 32);
    }

    private static void Write(FlowRing ring, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            ref FlowData record = ref ring.BeginWrite();
            record.Facts.BytesSent = i;
            record.Facts.MessagesSent = i;
            record.Facts.Commit = (ulong)i;
            record.Facts.BytesReceived = i;
            ring.EndWrite();
        }
    }

    private static List<long> ReadAll(FlowCursor cursor)
    {
        List<long> numbers = [];
        FlowData record = default;
        while (cursor.TryNext(ref record))
        {
            numbers.Add(record.Facts.BytesSent);
        }

        return numbers;
    }
}
