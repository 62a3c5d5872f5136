namespace Weft.ControlPlane.Traffic;

/// <summary>The points of one series in a block that is still open: a chain of pages. A point is the steps since the one before it, its length, and its
/// packed figures.</summary>
internal struct PackedChain
{
    private int _first;
    private int _last;

    internal int Bytes { get; private set; }

    /// <summary>Steps of the last point since the block began.</summary>
    internal int LastStep { get; private set; }

    internal readonly bool IsEmpty => Bytes == 0;

    /// <summary>Adds a point.</summary>
    /// <returns>False when the arena is full; nothing was added.</returns>
    internal bool Append(PageArena arena, int step, ReadOnlySpan<byte> figures)
    {
        Span<byte> head = stackalloc byte[20];
        int length = 0;
        FigureCodec.Put(head, ref length, (ulong)(step - LastStep));
        FigureCodec.Put(head, ref length, (ulong)figures.Length);
        if (!Reserve(arena, length + figures.Length, out int added))
        {
            return false;
        }

        int page = _last;
        int used = Bytes == 0 ? 0 : ((Bytes - 1) % PageArena.PayloadBytes) + 1;
        if (Bytes == 0)
        {
            _first = page = added;
        }
        else if (added >= 0)
        {
            arena.SetNext(_last, added);
        }

        Copy(arena, head[..length], ref page, ref used);
        Copy(arena, figures, ref page, ref used);
        _last = page;
        Bytes += length + figures.Length;
        LastStep = step;
        return true;
    }

    /// <summary>Copies everything out, at most the length of the buffer.</summary>
    internal readonly void CopyTo(PageArena arena, Span<byte> to)
    {
        int page = _first;
        for (int at = 0; at < Bytes; at += PageArena.PayloadBytes)
        {
            int length = Math.Min(PageArena.PayloadBytes, Bytes - at);
            arena.Payload(page)[..length].CopyTo(to[at..]);
            page = arena.Next(page);
        }
    }

    internal void Free(PageArena arena)
    {
        if (Bytes > 0)
        {
            arena.Free(_first);
        }

        this = default;
    }

    /// <summary>Takes the pages that so many more bytes need, chained to each other; all or none.</summary>
    private readonly bool Reserve(PageArena arena, int more, out int first)
    {
        int have = (Bytes + PageArena.PayloadBytes - 1) / PageArena.PayloadBytes;
        int need = (Bytes + more + PageArena.PayloadBytes - 1) / PageArena.PayloadBytes;
        first = -1;
        for (int i = have; i < need; i++)
        {
            int page = arena.Take();
            if (page < 0)
            {
                arena.Free(first);
                first = -1;
                return false;
            }

            arena.SetNext(page, first);
            first = page;
        }

        return true;
    }

    private static void Copy(PageArena arena, ReadOnlySpan<byte> from, ref int page, ref int used)
    {
        while (!from.IsEmpty)
        {
            if (used == PageArena.PayloadBytes)
            {
                (page, used) = (arena.Next(page), 0);
            }

            int length = Math.Min(from.Length, PageArena.PayloadBytes - used);
            from[..length].CopyTo(arena.Payload(page)[used..]);
            from = from[length..];
            used += length;
        }
    }
}
