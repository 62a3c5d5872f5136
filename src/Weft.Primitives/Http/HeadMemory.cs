using System.Buffers;

namespace Weft.Primitives.Http;

/// <summary>
/// Memory of message heads. An exchange needs it twice, for request and response, and most heads fit the first size; so each thread keeps
/// the arrays of that size that came back last, which are still in the processor's cache. All others come from the shared pool and go back to it.
/// </summary>
internal static class HeadMemory
{
    /// <summary>Bytes of the first size of a block.</summary>
    internal const int BlockLength = 1024;

    /// <summary>Fields that the first size holds.</summary>
    internal const int FieldsLength = 32;

    /// <summary>Arrays of each kind that a thread keeps: 64 heads are 113 KiB.</summary>
    internal const int KeptMax = 64;

    [ThreadStatic]
    private static Shelf? t_shelf;

    /// <summary>An array of at least <paramref name="length"/> bytes.</summary>
    public static byte[] RentBlock(int length)
    {
        Shelf shelf = t_shelf ??= new Shelf();
        return length <= BlockLength && shelf.BlockCount > 0
            ? shelf.Blocks[--shelf.BlockCount]
            : ArrayPool<byte>.Shared.Rent(Math.Max(length, BlockLength));
    }

    /// <summary>An array for at least <paramref name="length"/> fields.</summary>
    public static FieldLine[] RentFields(int length)
    {
        Shelf shelf = t_shelf ??= new Shelf();
        return length <= FieldsLength && shelf.FieldsCount > 0
            ? shelf.Fields[--shelf.FieldsCount]
            : ArrayPool<FieldLine>.Shared.Rent(Math.Max(length, FieldsLength));
    }

    /// <summary>Takes back what was rented; empty arrays mean that there is nothing of that kind.</summary>
    public static void Return(byte[] block, FieldLine[] fields)
    {
        Shelf shelf = t_shelf ??= new Shelf();
        if (block.Length == BlockLength && shelf.BlockCount < KeptMax)
        {
            shelf.Blocks[shelf.BlockCount++] = block;
        }
        else if (block.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        if (fields.Length == FieldsLength && shelf.FieldsCount < KeptMax)
        {
            shelf.Fields[shelf.FieldsCount++] = fields;
        }
        else if (fields.Length > 0)
        {
            ArrayPool<FieldLine>.Shared.Return(fields);
        }
    }

    private sealed class Shelf
    {
        public readonly byte[][] Blocks = new byte[KeptMax][];
        public readonly FieldLine[][] Fields = new FieldLine[KeptMax][];
        public int BlockCount;
        public int FieldsCount;
    }
}
