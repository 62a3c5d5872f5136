using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Weft.Proxy.Flows;

/// <summary>
/// The last records of one loop. The loop writes over the oldest; the control thread reads whenever it likes and never makes the loop wait: each place has a
/// sequence number, odd while it is written, by which a reader sees that what it copied is whole (a seqlock). Memory is taken in pieces as the first
/// records come, so that a quiet proxy has little.
/// </summary>
internal sealed class FlowRing
{
    private const int PieceSize = 32;

    private readonly Place[]?[] _pieces;
    private readonly int _quarter;
    private Action? _whenFilling;
    private long _written;

    /// <summary>Index of the place for the next record.</summary>
    private int _next;

    /// <summary>Records until <see cref="WhenFilling"/>.</summary>
    private int _untilFilling;

    /// <param name="capacity">Records kept; a multiple of 32.</param>
    public FlowRing(int capacity)
    {
        Capacity = capacity;
        _quarter = _untilFilling = capacity / 4;
        _pieces = new Place[capacity / PieceSize][];
    }

    public int Capacity { get; }

    /// <summary>
    /// Called by the loop each time that another quarter has been written, so that a reader comes before it is written over, and while it is still in the
    /// processor's cache. Null: nobody reads. Any thread sets it.
    /// </summary>
    public Action? WhenFilling
    {
        get => Volatile.Read(ref _whenFilling);
        set => Volatile.Write(ref _whenFilling, value);
    }

    /// <summary>Records written so far. Any thread.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>The place for the next record; fill it and call <see cref="EndWrite"/>. Loop only.</summary>
    public ref FlowData BeginWrite()
    {
        ref Place place = ref (_pieces[_next / PieceSize] ?? AddPiece(_next / PieceSize))[_next % PieceSize];
        Volatile.Write(ref place.Sequence, place.Sequence + 1);
        Volatile.WriteBarrier();
        return ref place.Record;
    }

    public void EndWrite()
    {
        ref Place place = ref _pieces[_next / PieceSize]![_next % PieceSize];
        Volatile.Write(ref place.Sequence, place.Sequence + 1);
        Volatile.Write(ref _written, _written + 1);
        _next = _next + 1 == Capacity ? 0 : _next + 1;
        Fetch(_next);
        if (--_untilFilling == 0)
        {
            _untilFilling = _quarter;
            WhenFilling?.Invoke();
        }
    }

    /// <summary>Copies one record out. False when it has been written over, or is just being. Any thread.</summary>
    /// <param name="number">From 0, counted since the start.</param>
    /// <param name="record">Gets the copy; undefined when false.</param>
    public bool TryRead(long number, ref FlowData record)
    {
        long written = Written;
        if (number >= written || number < written - Capacity)
        {
            return false;
        }

        int index = (int)(number % Capacity);
        if (Volatile.Read(ref _pieces[index / PieceSize]) is not { } piece)
        {
            return false;
        }

        ref Place place = ref piece[index % PieceSize];
        long before = Volatile.Read(ref place.Sequence);
        long expected = ((number / Capacity) + 1) * 2;
        if (before != expected)
        {
            return false;
        }

        Fetch(index + 1);
        record.CopyFrom(place.Record);
        Volatile.ReadBarrier();
        return Volatile.Read(ref place.Sequence) == before;
    }

    /// <summary>
    /// Has the processor fetch a place that is needed soon while it does other things: the loop's next one has been out of the cache since the last time round, and
    /// waiting for it cost more than writing it.
    /// </summary>
    private unsafe void Fetch(int index)
    {
        const int LineBytes = 64;
        if (Sse.IsSupported && index < Capacity && _pieces[index / PieceSize] is { } piece)
        {
            // The collector may move the array meanwhile; to fetch what is somewhere else is harmless.
            byte* place = (byte*)Unsafe.AsPointer(ref piece[index % PieceSize]);
            for (int i = 0; i < FlowData.BytesUsed; i += LineBytes)
            {
                Sse.Prefetch1(place + i);
            }
        }
    }

    private Place[] AddPiece(int index)
    {
        Place[] piece = new Place[PieceSize];
        Volatile.Write(ref _pieces[index], piece);
        return piece;
    }

    private struct Place
    {
        public long Sequence;
        public FlowData Record;
    }
}
