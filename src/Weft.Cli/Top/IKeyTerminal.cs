namespace Weft.Cli.Top;

/// <summary>A screen with a keyboard. While it is open, keys come one by one and lines are drawn over each other; disposing it gives the terminal back as it was.</summary>
internal interface IKeyTerminal : IDisposable
{
    int Columns { get; }

    int Rows { get; }

    /// <summary>The next key.</summary>
    ValueTask<TerminalKey> ReadAsync(CancellationToken cancel);

    /// <summary>Draws these lines over what there was.</summary>
    void Draw(IReadOnlyList<string> lines);
}
