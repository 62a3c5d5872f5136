namespace Weft.Proxy.Flows;

/// <summary>
/// The last records of one loop. The loop writes over the oldest; the control thread reads whenever it likes and never makes the loop wait: each place has a
/// sequence number, odd while it is written, by which a reader sees that what it copied is whole (a seqlock). Memory is taken in pieces as the first
/// records come, so that a quiet proxy has little.
/// </summary>
internal sealed class FlowRing
{
    private const int PieceSize = 32;

    private readonly Piece?[] _pieces;
    private long _written;

    /// <param name="capacity">Records kept; a multiple of 32.</param>
    public FlowRing(int capacity)
    {
        Capacity = capacity;
        _pieces = new Piece?[capacity / PieceSize];
    }

    public int Capacity { get; }

    /// <summary>Records written so far. Any thread.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>The place for the next record; fill it and call <see cref="EndWrite"/>. Loop only.</summary>
    public ref FlowData BeginWrite()
    {
        int index = (int)(_written % Capacity);
        Piece piece = _pieces[index / PieceSize] ?? AddPiece(index / PieceSize);
        int place = index % PieceSize;
        Volatile.Write(ref piece.Sequences[place], piece.Sequences[place] + 1);
        Interlocked.MemoryBarrier();
        return ref piece.Records[place];
    }

    public void EndWrite()
    {
        int index = (int)(_written % Capacity);
        Piece piece = _pieces[index / PieceSize]!;
        int place = index % PieceSize;
        Volatile.Write(ref piece.Sequences[place], piece.Sequences[place] + 1);
        Volatile.Write(ref _written, _written + 1);
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

        int place = index % PieceSize;
        long before = Volatile.Read(ref piece.Sequences[place]);
        long expected = ((number / Capacity) + 1) * 2;
        if (before != expected)
        {
            return false;
        }

        record = piece.Records[place];
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref piece.Sequences[place]) == before;
    }

    private Piece AddPiece(int index)
    {
        Piece piece = new();
        Volatile.Write(ref _pieces[index], piece);
        return piece;
    }

    private sealed class Piece
    {
        public FlowData[] Records { get; } = new FlowData[PieceSize];

        public long[] Sequences { get; } = new long[PieceSize];
    }
}
