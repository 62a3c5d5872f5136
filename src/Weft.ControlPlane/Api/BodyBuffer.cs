using System.Buffers;
using System.IO.Pipelines;

namespace Weft.ControlPlane.Api;

/// <summary>
/// A body that grows in pieces of 64 KiB. Columns and tables of a large mesh are megabytes of JSON; as one array, grown by doubling, they would take several times as much
/// of the heap of large objects, which is only collected when everything is.
/// </summary>
internal sealed class BodyBuffer : IDisposable
{
    /// <summary>Each flush waits for the reader, and on a busy server for its turn.</summary>
    private const int FlushBytes = 1024 * 1024;

    private static readonly PipeOptions s_options = new(minimumSegmentSize: 64 * 1024, pauseWriterThreshold: 0, useSynchronizationContext: false);
    private readonly Pipe _pipe = new(s_options);

    /// <summary>Where the body is written, until it is sent.</summary>
    internal IBufferWriter<byte> Writer => _pipe.Writer;

    /// <summary>Bytes written and not sent yet.</summary>
    internal long Length => _pipe.Writer.UnflushedBytes;

    /// <summary>Sends everything at the pace of the reader; then it can take no more.</summary>
    internal async Task CopyToAsync(PipeWriter to, CancellationToken stop)
    {
        await _pipe.Writer.CompleteAsync();
        _pipe.Reader.TryRead(out ReadResult whole);
        int unsent = 0;
        foreach (ReadOnlyMemory<byte> piece in whole.Buffer)
        {
            to.Write(piece.Span);
            unsent += piece.Length;
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
        _pipe.Writer.Complete();
        _pipe.Reader.Complete();
    }
}
