using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace Weft.Cli.Top;

/// <summary>
/// The terminal of this process. However it ends - disposed, by a signal, by an error that nobody caught - the settings, the cursor and what stood on the screen come back.
/// A stop with Ctrl-Z gives the terminal to the shell; going on takes it again.
/// </summary>
internal sealed class KeyTerminal : IKeyTerminal
{
    private const int In = 0;
    private const int Out = 1;
    private const int PollMs = 100;

    /// <summary>The rest of a sequence follows its ESC at once; the key Escape is alone.</summary>
    private const int SequenceMs = 25;
    private const int WaitingMax = 1_024;

    // The alternate screen (xterm), so that what stood there comes back; the cursor hidden; lines cut instead of wrapped.
    private const string Enter = "\u001b[?1049h\u001b[?25l\u001b[?7l";
    private const string Leave = "\u001b[?7h\u001b[?25h\u001b[?1049l";

    private readonly Channel<TerminalKey> _keys = Channel.CreateBounded<TerminalKey>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly TerminalMode _mode;
    private readonly Stream _out;
    private readonly Lock _lock = new();
    private bool _isOpen;
    private volatile bool _isOver;

    private KeyTerminal(TerminalMode mode, Stream output)
    {
        _mode = mode;
        _out = output;
    }

    public int Columns => TerminalMode.SizeOf(Out).Columns;

    public int Rows => TerminalMode.SizeOf(Out).Rows;

    /// <summary>Takes the terminal; null when standard input is none.</summary>
    public static KeyTerminal? TryOpen()
    {
        if (TerminalMode.Of(In) is not { } mode)
        {
            return null;
        }

        var terminal = new KeyTerminal(mode, Console.OpenStandardOutput());
        terminal.Begin();
        return terminal;
    }

    public ValueTask<TerminalKey> ReadAsync(CancellationToken cancel) => _keys.Reader.ReadAsync(cancel);

    public void Draw(IReadOnlyList<string> lines)
    {
        // One write, so that no half of a picture is seen.
        var picture = new StringBuilder("\u001b[H");
        for (var i = 0; i < lines.Count; i++)
        {
            picture.Append(i == 0 ? "" : "\r\n").Append(lines[i]).Append("\u001b[K");
        }

        Write(picture.Append("\u001b[J").ToString());
    }

    public void Dispose()
    {
        End();
        AppDomain.CurrentDomain.UnhandledException -= OnCrash;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void Begin()
    {
        // The first of these signals ends the verb in an orderly way, but the second ends the process where it stands; so the terminal is given back at the first.
        foreach (var ending in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(ending, _ => End()));
        }

        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Stop));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, GoOn));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _keys.Writer.TryWrite(new TerminalKey(KeyKind.Redraw))));
        AppDomain.CurrentDomain.UnhandledException += OnCrash;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        Take();
        new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
    }

    private void OnCrash(object sender, UnhandledExceptionEventArgs crash) => End();

    private void OnExit(object? sender, EventArgs ended) => End();

    /// <summary>The runtime takes the signal without stopping, so this does.</summary>
    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        Give();
        TerminalMode.StopProcess();
    }

    /// <summary>The runtime would set the terminal as it found it, behind our back.</summary>
    private void GoOn(PosixSignalContext context)
    {
        context.Cancel = true;
        Take();
    }

    private void Take()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _mode.SetKeys(In);
                _isOpen = true;
                Put(Enter);
            }
        }

        _keys.Writer.TryWrite(new TerminalKey(KeyKind.Redraw));
    }

    private void Give()
    {
        lock (_lock)
        {
            if (_isOpen)
            {
                _isOpen = false;
                Put(Leave);
                _mode.Restore(In);
            }
        }
    }

    private void End()
    {
        _isOver = true;
        Give();
    }

    private void Write(string text)
    {
        lock (_lock)
        {
            if (_isOpen)
            {
                Put(text);
            }
        }
    }

    private void Put(string text)
    {
        try
        {
            _out.Write(Encoding.UTF8.GetBytes(text));
            _out.Flush();
        }
        catch (IOException)
        {
            // The terminal is gone, and nobody looks any more; reading tells the same and ends the verb.
        }
    }

    private void ReadKeys()
    {
        var reader = new KeyReader();
        Span<byte> buffer = stackalloc byte[512];
        while (!_isOver)
        {
            if (!TerminalMode.CanRead(In, PollMs) || !_isOpen)
            {
                continue;
            }

            var length = TerminalMode.Read(In, buffer);
            if (length > 0 && length < buffer.Length && buffer[length - 1] == 0x1b && TerminalMode.CanRead(In, SequenceMs))
            {
                length += Math.Max(0, TerminalMode.Read(In, buffer[length..]));
            }

            if (length <= 0)
            {
                _keys.Writer.TryWrite(new TerminalKey(KeyKind.Closed));
                return;
            }

            foreach (var key in reader.Read(buffer[..length]))
            {
                _keys.Writer.TryWrite(key);
            }
        }
    }
}
