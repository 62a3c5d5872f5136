using CsCheck;
using Weft.ControlPlane.Traffic;
using Xunit;

namespace Weft.ControlPlane.Tests.Traffic;

public sealed class FigureCodecTests
{
    private static readonly Gen<ulong> Number = Gen.OneOf(Gen.Const(0UL), Gen.ULong[0, 300], Gen.ULong);

    private static readonly Gen<Figures> AnyFigures = Gen.Select(
        Number.Array[6], Number.Array[Figures.ClassCount], Number.Array[Figures.PartCount], Number.Array[Figures.PartCount], Number.Array[42],
        Gen.Select(Gen.Int[1, 40], Gen.ULong[1, 1_000_000]).Array[0, 5])
        .Select((scalars, classes, sums, counts, buckets, reasons) =>
        {
            Figures figures = new()
            {
                Count = scalars[0], Failures = scalars[1], MutualTls = scalars[2], Bytes = scalars[3], LatencySumUs = scalars[4], Retries = scalars[5],
            };
            classes.CopyTo(figures.Classes);
            sums.CopyTo(figures.PartSumsUs);
            counts.CopyTo(figures.PartCounts);
            buckets.CopyTo(figures.Buckets);
            foreach ((int reason, ulong count) in reasons)
            {
                figures.AddReason(reason, count);
            }

            return figures;
        });

    [Fact]
    public void What_is_written_is_read_again()
        => AnyFigures.Sample(figures =>
        {
            // A part that was measured never has no sum.
            for (int i = 0; i < Figures.PartCount; i++)
            {
                figures.PartSumsUs[i] = figures.PartCounts[i] == 0 ? 0 : figures.PartSumsUs[i];
            }

            byte[] bytes = new byte[FigureCodec.MaxBytes];
            int length = FigureCodec.Write(bytes, figures);
            Figures read = new();
            Assert.Equal(length, FigureCodec.Add(bytes.AsSpan(0, length), read));
            Assert.Equal(Show(figures), Show(read));
        });

    [Fact]
    public void Adding_twice_is_twice_as_much()
    {
        Figures figures = new() { Count = 5, MutualTls = 5, Bytes = 100 };
        figures.Classes[2] = 5;
        figures.PartSumsUs[1] = 50;
        figures.PartCounts[1] = 5;
        figures.Buckets[7] = 5;
        byte[] bytes = new byte[FigureCodec.MaxBytes];
        int length = FigureCodec.Write(bytes, figures);
        Assert.InRange(length, 1, 20);
        Figures read = new();
        FigureCodec.Add(bytes, read);
        FigureCodec.Add(bytes, read);
        Assert.Equal((10UL, 10UL, 200UL, 10UL, 100UL, 10UL), (read.Count, read.MutualTls, read.Bytes, read.Classes[2], read.PartSumsUs[1], read.Buckets[7]));
    }

    [Fact]
    public void Chains_give_back_what_was_put_in_and_then_all_their_pages()
        => Gen.Select(Gen.Int[0, 9], Gen.Byte.Array[0, 200]).Array[0, 60].Sample(appends =>
        {
            PageArena arena = new(1);
            PackedChain[] chains = new PackedChain[10];
            List<byte>[] twins = [.. Enumerable.Range(0, 10).Select(_ => new List<byte>())];
            int step = 0;
            foreach ((int chain, byte[] bytes) in appends)
            {
                step++;
                int before = chains[chain].LastStep;
                Assert.True(chains[chain].Append(arena, step, bytes));
                byte[] head = new byte[20];
                int length = 0;
                FigureCodec.Put(head, ref length, (ulong)(step - before));
                FigureCodec.Put(head, ref length, (ulong)bytes.Length);
                twins[chain].AddRange(head[..length]);
                twins[chain].AddRange(bytes);
            }

            for (int i = 0; i < chains.Length; i++)
            {
                byte[] copy = new byte[chains[i].Bytes];
                chains[i].CopyTo(arena, copy);
                Assert.Equal(twins[i], copy);
                chains[i].Free(arena);
            }

            Assert.Equal(0, arena.UsedPages);
        }, iter: 200);

    [Fact]
    public void A_full_arena_refuses_and_keeps_what_it_has()
    {
        PageArena arena = new(1);
        PackedChain chain = default;
        byte[] point = new byte[1_000];
        int step = 0;
        while (chain.Append(arena, ++step, point))
        {
        }

        int bytes = chain.Bytes;
        Assert.InRange(bytes, 900_000, 1_048_576);
        Assert.False(chain.Append(arena, step, point));
        Assert.Equal(bytes, chain.Bytes);
        chain.Free(arena);
        Assert.Equal(0, arena.UsedPages);
    }

    private static string Show(Figures figures)
        => $"{figures.Count} {figures.Failures} {figures.MutualTls} {figures.Bytes} {figures.LatencySumUs} {figures.Retries} "
            + string.Join(',', figures.Classes.ToArray()) + " " + string.Join(',', figures.PartSumsUs.ToArray()) + " " + string.Join(',', figures.PartCounts.ToArray()) + " "
            + string.Join(',', figures.Buckets.ToArray()) + " " + string.Join(',', (figures.Reasons ?? []).OrderBy(item => item.Reason));
}
