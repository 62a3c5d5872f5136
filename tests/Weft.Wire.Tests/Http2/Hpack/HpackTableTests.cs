using CsCheck;
using Weft.Primitives.Http;
using Weft.Wire.Http2.Hpack;
using Weft.Wire.Tests.Twins;
using Xunit;

namespace Weft.Wire.Tests.Http2.Hpack;

/// <summary>The dynamic table over a connection's life: insertions, evictions, changes of size, the ring's end.</summary>
public sealed class HpackTableTests
{
    private const int TableSize = 256;

    private static readonly Gen<byte[]> s_insert = Gen.Select(Gen.Int[1, 20], Gen.Int[0, 100], Gen.Char['a', 'z'], (name, value, letter) =>
        (byte[])[0x40, (byte)name, .. Enumerable.Repeat((byte)letter, name), (byte)value, .. Enumerable.Range(0, value).Select(i => (byte)('A' + (i % 26)))]);

    private static readonly Gen<byte[]> s_insertByIndex = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 40], (index, value) =>
        (byte[])[0x7E, (byte)value, .. Enumerable.Repeat((byte)('a' + index), value)]);

    private static readonly Gen<byte[]> s_index = Gen.Int[62, 64].Select(index => (byte[])[(byte)(0x80 | index)]);

    private static readonly Gen<byte[]> s_resize = Gen.Int[0, TableSize].Select(size => size < 31 ? (byte[])[(byte)(0x20 | size)] : Long(size - 31));

    private static readonly Gen<byte[][]> s_connection = Gen.Frequency((6, s_insert), (3, s_insertByIndex), (4, s_index), (1, s_resize)).Array[1, 60];

    [Fact]
    public void Any_connection_leaves_the_same_table_as_the_twin() => s_connection.Sample(blocks =>
    {
        HpackDecoder decoder = new(TableSize);
        NaiveHpack twin = new(TableSize);
        MessageHead head = new();
        foreach (byte[] block in blocks)
        {
            List<(string Name, string Value)>? expected = twin.Decode(block);
            HpackFault fault = decoder.Decode(block, head, HeadLimits.Default, isRequest: false, isTrailers: true);
            Assert.Equal(expected is null, fault == HpackFault.Compression);
            if (expected is null)
            {
                return;
            }

            Assert.Equal(string.Join('|', expected.Select(f => $"{f.Name}: {f.Value}")), Text.Fields(head));
            Assert.Equal(twin.TableSize, decoder.TableSize);
        }
    });

    [Fact]
    public void Entries_survive_the_end_of_the_ring() => Gen.Int[0, TableSize - DynamicTable.EntryOverhead].Array[1, 60].Sample(sizes =>
    {
        DynamicTable table = new(TableSize);
        List<byte[]> model = [];
        for (int i = 0; i < sizes.Length; i++)
        {
            byte[] value = [.. Enumerable.Repeat((byte)i, sizes[i])];
            table.Insert([], value);
            model.Insert(0, value);
            while (model.Sum(entry => entry.Length + DynamicTable.EntryOverhead) > TableSize)
            {
                model.RemoveAt(model.Count - 1);
            }

            Assert.Equal(model.Count, table.Count);
            for (int index = 0; index < model.Count; index++)
            {
                Assert.True(table.TryGet(index, out _, out ReadOnlySpan<byte> kept));
                Assert.Equal(model[index], kept);
            }
        }
    });

    [Fact]
    public void A_field_too_large_for_the_message_still_enters_the_table()
    {
        HpackDecoder decoder = new();
        MessageHead head = new();
        byte[] block = [0x40, 1, (byte)'a', 100, .. Enumerable.Repeat((byte)'b', 100)];
        Assert.Equal(HpackFault.TooLarge, decoder.Decode(block, head, new HeadLimits(10, 10, 50), isRequest: false, isTrailers: true));
        Assert.Equal(HpackFault.None, decoder.Decode([0xBE], head, HeadLimits.Default, isRequest: false, isTrailers: true));
        Assert.Equal($"a: {new string('b', 100)}", Text.Fields(head));
    }

    private static byte[] Long(int rest) => rest < 128 ? [0x3F, (byte)rest] : [0x3F, (byte)(rest | 128), (byte)(rest >> 7)];
}
