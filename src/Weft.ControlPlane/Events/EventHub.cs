using System.Threading.Channels;

namespace Weft.ControlPlane.Events;

/// <summary>Hands events to all readers, and keeps the newest for readers that come back. A reader that is too slow is cut off: it may come back, and
/// begins with the whole again.</summary>
internal sealed class EventHub
{
    internal const int ReadersMax = 200;

    /// <summary>Events that wait for one reader.</summary>
    private const int WaitingMax = 64;

    /// <summary>Events that a reader may have missed and still gets.</summary>
    private const int KeptMax = 60;

    /// <summary>Bytes of them: of a large mesh a reader may miss less.</summary>
    private const long KeptBytesMax = 12 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<Channel<ServerEvent>> _readers = [];
    private readonly Queue<ServerEvent> _kept = new();
    private long _keptBytes;
    private long _lastId;

    internal bool HasReaders
    {
        get
        {
            lock (_lock)
            {
                return _readers.Count > 0;
            }
        }
    }

    internal long LastId => Interlocked.Read(ref _lastId);

    internal void Publish(string name, byte[] data)
    {
        lock (_lock)
        {
            ServerEvent one = new(++_lastId, name, data);
            _kept.Enqueue(one);
            _keptBytes += data.Length;
            while (_kept.Count > KeptMax || (_keptBytes > KeptBytesMax && _kept.Count > 1))
            {
                _keptBytes -= _kept.Dequeue().Data.Length;
            }

            _readers.RemoveWhere(reader => !reader.Writer.TryWrite(one) && reader.Writer.TryComplete());
        }
    }

    /// <summary>Begins to read.</summary>
    /// <param name="after">The last event that the reader has seen; null for none.</param>
    /// <param name="missed">What came since; null when it is not known any more, and the reader must begin with the whole.</param>
    /// <returns>Null when there are too many readers.</returns>
    internal Channel<ServerEvent>? Open(long? after, out IReadOnlyList<ServerEvent>? missed)
    {
        lock (_lock)
        {
            missed = after is { } id && id <= _lastId && (id == _lastId || (_kept.Count > 0 && _kept.Peek().Id <= id + 1))
                ? [.. _kept.Where(one => one.Id > id)]
                : null;
            if (_readers.Count >= ReadersMax)
            {
                return null;
            }

            Channel<ServerEvent> reader = Channel.CreateBounded<ServerEvent>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
            _readers.Add(reader);
            return reader;
        }
    }

    internal void Close(Channel<ServerEvent> reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
        }
    }
}
