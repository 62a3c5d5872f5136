namespace Weft.Cli.Api;

/// <summary>Says each time before it waits for bytes, so that somebody can tell when nothing comes any more. Only for reading.</summary>
internal sealed class WatchedStream(Stream inner, Action waits) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException("a stream of events has no length");

    public override long Position
    {
        get => throw new NotSupportedException("a stream of events has no position");
        set => throw new NotSupportedException("a stream of events has no position");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        waits();
        return await inner.ReadAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        waits();
        return inner.Read(buffer, offset, count);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a stream of events goes forward only");

    public override void SetLength(long value) => throw new NotSupportedException("a stream of events is only read");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a stream of events is only read");

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
