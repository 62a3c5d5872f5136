using System.Text;
using System.Threading.Channels;
using Weft.Cli.Top;

namespace Weft.Cli.Tests.Support;

/// <summary>A terminal without one: a test types and looks.</summary>
internal sealed class FakeTerminal : IKeyTerminal
{
    private readonly Channel<TerminalKey> _keys = Channel.CreateUnbounded<TerminalKey>();
    private readonly Channel<string> _pictures = Channel.CreateUnbounded<string>();
    private readonly KeyReader _reader = new();

    public int Columns { get; set; } = 120;

    public int Rows { get; set; } = 24;

    public bool IsDisposed { get; private set; }

    public ValueTask<TerminalKey> ReadAsync(CancellationToken cancel) => _keys.Reader.ReadAsync(cancel);

    public void Draw(IReadOnlyList<string> lines) => _pictures.Writer.TryWrite(string.Join('\n', lines));

    public void Dispose() => IsDisposed = true;

    public void Type(string keys)
    {
        foreach (var key in _reader.Read(Encoding.UTF8.GetBytes(keys)))
        {
            _keys.Writer.TryWrite(key);
        }
    }

    public void Resize(int columns, int rows)
    {
        (Columns, Rows) = (columns, rows);
        _keys.Writer.TryWrite(new TerminalKey(KeyKind.Redraw));
    }

    public void Close() => _keys.Writer.TryWrite(new TerminalKey(KeyKind.Closed));

    /// <summary>The next picture of which it holds; fails after half a minute.</summary>
    public async Task<string> SeeAsync(Func<string, bool> holds)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var last = "";
        try
        {
            while (!holds(last = await _pictures.Reader.ReadAsync(late.Token)))
            {
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"never seen; the last picture:\n{last}");
        }

        return last;
    }
}
