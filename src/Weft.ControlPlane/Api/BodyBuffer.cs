using System.Buffers;
using System.IO.Pipelines;

namespace Weft.ControlPlane.Api;

/// <summary>
/// A body that grows in pieces of at most 64 KiB out of the shared pool. The map of a large mesh is more than ten megabytes of JSON; as one array, grown by doubling,
/// it would take several times as much of the heap of large objects, which is only collected when everything is.
/// </summary>
internal sealed class BodyBuffer : IBufferWriter<byte>, IDisposable
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Each flush waits for the reader, and on a busy server for its turn.</summary>
    private const int FlushBytes = 1024 * 1024;

    private readonly List<(byte[] Bytes, int Length)> _full = [];
    private byte[] _piece = [];
    private int _used;

    /// <summary>Bytes written.</summary>
    internal long Length { get; private set; }

    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_piece.Length - _used < Math.Max(1, sizeHint))
        {
            Keep();
            _piece = ArrayPool<byte>.Shared.Rent(Math.Max(PieceBytes, sizeHint));
        }

        return _piece.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Sends everything, piece by piece, at the pace of the reader.</summary>
    internal async Task CopyToAsync(PipeWriter to, CancellationToken stop)
    {
        Keep();
        int unsent = 0;
        foreach ((byte[] bytes, int length) in _full)
        {
            to.Write(bytes.AsSpan(0, length));
            unsent += length;
            if (unsent >= FlushBytes)
            {
                await to.FlushAsync(stop);
                unsent = 0;
            }
        }

        await to.FlushAsync(stop);
    }

    public void Dispose()
    {
        Keep();
        foreach ((byte[] bytes, _) in _full)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        _full.Clear();
    }

    private void Keep()
    {
        if (_piece.Length > 0)
        {
            _full.Add((_piece, _used));
            (_piece, _used) = ([], 0);
        }
    }
}
