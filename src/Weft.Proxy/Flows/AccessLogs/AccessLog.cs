using System.Buffers;
using Weft.Primitives;

namespace Weft.Proxy.Flows.AccessLogs;

/// <summary>
/// The access log: the control thread makes lines into one buffer while a thread of its own writes the other out. A disk or reader that hangs stops only that thread;
/// once the buffer is full lines are dropped and counted, and a line says how many when there is room again.
/// </summary>
internal sealed class AccessLog : IFlowSink, IDisposable
{
    /// <summary>Bytes of lines that wait for the writer.</summary>
    public const int WaitingMax = 1024 * 1024;

    /// <summary>Bytes of lines that go to the writer at once; fewer wait for the end of the control thread's turn, because large pieces cost the kernel less.</summary>
    private const int WrittenAt = WaitingMax / 2;

    private readonly ILogFormat _format;
    private readonly LogFile _file;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _more = new(false);
    private readonly Current<FlowSettings> _settings;
    private ArrayBufferWriter<byte> _filling = new(64 * 1024);
    private ArrayBufferWriter<byte> _writing = new(64 * 1024);

    // Lines among them that tell of dropped ones: they are no exchange's.
    private int _fillingNotes;
    private int _writingNotes;
    private bool _isWriting;
    private bool _isOver;
    private long _dropped;
    private long _untold;
    private double _credit;

    /// <param name="path">A file, or "-" for standard output.</param>
    /// <param name="format">How a line looks.</param>
    /// <param name="settings">Those in force: which share of the ordinary exchanges is logged.</param>
    public AccessLog(string path, ILogFormat format, Current<FlowSettings> settings)
    {
        _format = format;
        _settings = settings;
        _file = new LogFile(path);
        _thread = new Thread(WriteAll, 256 * 1024) { Name = "access-log", IsBackground = true };
        _thread.Start();
    }

    public string Name => "access_log";

    /// <summary>Lines that were not written. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The file has been moved away: open it anew. Any thread.</summary>
    public void Reopen() => _file.Reopen();

    public void Take(FlowView view)
    {
        if (view.Data.Facts.Mark is not (FlowMark.Error or FlowMark.Slow) && !IsNext())
        {
            return;
        }

        if (_filling.WrittenCount >= WaitingMax)
        {
            Lose(1);
            return;
        }

        if (_untold > 0)
        {
            _filling.Write(System.Text.Encoding.ASCII.GetBytes($"{{\"dropped\":{_untold}}}\n"));
            _fillingNotes++;
            _untold = 0;
        }

        _format.Write(view, _filling);
        if (_filling.WrittenCount >= WrittenAt)
        {
            Flush();
        }
    }

    public void Lose(long count)
    {
        _untold += count;
        Interlocked.Add(ref _dropped, count);
    }

    public void Flush()
    {
        if (_filling.WrittenCount == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_isWriting)
            {
                return;
            }

            (_filling, _writing) = (_writing, _filling);
            (_writingNotes, _fillingNotes) = (_fillingNotes, 0);
            _isWriting = true;
        }

        _more.Set();
    }

    /// <summary>Writes what is there, if that takes no longer than a second.</summary>
    public void Dispose()
    {
        Flush();
        Volatile.Write(ref _isOver, true);
        _more.Set();
        if (_thread.Join(1_000))
        {
            _file.Close();
            _more.Dispose();
        }
    }

    /// <summary>Every n-th, as the share says.</summary>
    private bool IsNext()
    {
        _credit += _settings.Value.AccessLogShare;
        if (_credit < 1)
        {
            return false;
        }

        _credit -= 1;
        return true;
    }

    private void WriteAll()
    {
        while (true)
        {
            _more.WaitOne();

            // Looked at first: whoever says that it is over has put everything where this turn finds it.
            bool isOver = Volatile.Read(ref _isOver);
            bool isWriting;
            lock (_gate)
            {
                isWriting = _isWriting;
            }

            if (isWriting)
            {
                WriteOut(_writing, _writingNotes);
                lock (_gate)
                {
                    _isWriting = false;
                }
            }

            // The last lines could not be handed over where this thread was still busy with those before.
            if (isOver)
            {
                WriteOut(_filling, _fillingNotes);
                return;
            }
        }
    }

    private void WriteOut(ArrayBufferWriter<byte> lines, int notes)
    {
        if (lines.WrittenCount > 0 && !_file.Write(lines.WrittenSpan))
        {
            Interlocked.Add(ref _dropped, lines.WrittenSpan.Count((byte)'\n') - notes);
        }

        lines.ResetWrittenCount();
    }
}
