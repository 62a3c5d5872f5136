using Weft.Cli.Api;
using Weft.Cli.Commands;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Top;

/// <summary><c>weft top</c> on a terminal with a keyboard: keys change what is shown at once, and rows are read again every interval unless it is paused.</summary>
/// <param name="run">The invocation.</param>
/// <param name="read">Reads rows as a state asks for them.</param>
/// <param name="terminal">Screen and keys.</param>
/// <param name="rowsMost">Rows that were asked for; null: as many as fit.</param>
/// <param name="interval">Time between readings.</param>
internal sealed class TopScreen(CommandRun run, Func<TopState, CancellationToken, Task<IReadOnlyList<TrafficRow>>> read, IKeyTerminal terminal, int? rowsMost, TimeSpan interval)
{
    private IReadOnlyList<TrafficRow> _rows = [];
    private string _rowsBy = "";
    private DateTimeOffset _readAt;
    private string? _fault;

    /// <summary>Until somebody quits or the run is cancelled.</summary>
    /// <param name="state">How it begins.</param>
    /// <param name="first">Rows that this state asks for.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(TopState state, IReadOnlyList<TrafficRow> first, CancellationToken cancel)
    {
        Take(state, first);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var key = terminal.ReadAsync(closing.Token).AsTask();
        var reading = Reading.None;
        var pause = Task.Delay(interval, run.Host.Clock, closing.Token);
        try
        {
            while (!state.IsOver)
            {
                Draw(state);
                await Task.WhenAny(key, reading.Rows ?? pause);
                cancel.ThrowIfCancellationRequested();
                if (key.IsCompleted)
                {
                    var next = state.Press(await key);
                    key = terminal.ReadAsync(closing.Token).AsTask();
                    if (!next.AsksTheSameAs(state))
                    {
                        reading.Stop();
                        reading = Begin(next, closing.Token);
                    }

                    state = next;
                }

                if (reading.Rows is { IsCompleted: true } done)
                {
                    await TakeAsync(reading.For!, done);
                    reading.Stop();
                    reading = Reading.None;
                    pause = Task.Delay(interval, run.Host.Clock, closing.Token);
                }
                else if (reading.Rows is null && pause.IsCompleted)
                {
                    pause = Task.Delay(interval, run.Host.Clock, closing.Token);
                    reading = state.IsPaused ? Reading.None : Begin(state, closing.Token);
                }
            }
        }
        finally
        {
            reading.Stop();
            await closing.CancelAsync();
        }
    }

    private Reading Begin(TopState state, CancellationToken cancel)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        return new Reading(state, read(state, stop.Token), stop);
    }

    private async Task TakeAsync(TopState state, Task<IReadOnlyList<TrafficRow>> done)
    {
        try
        {
            Take(state, await done);
        }
        catch (CliException failure)
        {
            // The last rows stay, with the reason why there are no newer ones: a control plane that restarts is back in a moment.
            _fault = failure.Message;
        }
    }

    private void Take(TopState state, IReadOnlyList<TrafficRow> rows)
    {
        _rows = rows;
        _rowsBy = state.By;
        _readAt = run.Host.Clock.GetUtcNow();
        _fault = null;
    }

    private void Draw(TopState state)
    {
        var (columns, rows) = (terminal.Columns, terminal.Rows);
        var fitting = TopPicture.RowsFor(rows);

        // Rows of another grouping are shown as what they are until those that were asked for come.
        var sorted = TopRows.Sort(_rows, _rowsBy, state.Sort, state.IsReversed);
        var table = TrafficTables.Top([.. sorted.Take(Math.Min(rowsMost ?? fitting, fitting))], _rowsBy, TopRows.HeadingOf(state.Sort, _rowsBy), TopPicture.MarkOf(state, run.OutStyle));
        var note = _fault is { } fault ? new Cell(fault, Tone.Bad) : _rows.Count == 0 ? new Cell("no traffic", Tone.Warning) : (Cell?)null;
        terminal.Draw(TopPicture.Draw(state, table, run.Format == OutputFormat.Wide, note, _readAt, run.OutStyle, columns, rows));
    }

    /// <summary>Rows under way.</summary>
    private sealed record Reading(TopState? For, Task<IReadOnlyList<TrafficRow>>? Rows, CancellationTokenSource? Cancel)
    {
        public static Reading None { get; } = new(null, null, null);

        /// <summary>Also takes the error of one that nobody waits for any more.</summary>
        public void Stop()
        {
            Cancel?.Cancel();
            _ = Rows?.ContinueWith(static rows => _ = rows.Exception, TaskScheduler.Default);
            Cancel?.Dispose();
        }
    }
}
