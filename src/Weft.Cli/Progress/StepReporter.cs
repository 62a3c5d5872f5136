using Weft.Cli.Output;

namespace Weft.Cli.Progress;

/// <summary>Runs named steps and shows them on standard error: a spinner after 300 ms on a terminal, one line per finished step otherwise.</summary>
internal sealed class StepReporter(CliHost host, TerminalStyle style, bool quiet)
{
    /// <summary>Steps shorter than this show no spinner; a flash helps nobody.</summary>
    public static readonly TimeSpan SpinnerDelay = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<(string Name, Step Step)> _running = [];
    private bool _spins;

    /// <summary>
    /// Runs one step. Its line ends in ✓ with what the step reported, ! when it warned, ✗ when it threw; the exception goes on. Several may run at once:
    /// the spinner shows the one that has run longest and how many more there are.
    /// </summary>
    public async Task<T> RunAsync<T>(string name, Func<Step, Task<T>> work, CancellationToken cancel)
    {
        var step = new Step();
        var started = host.Clock.GetTimestamp();
        using var spinning = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var spinner = style.Interactive && !quiet ? SpinAsync(name, step, spinning.Token) : Task.CompletedTask;
        try
        {
            var result = await work(step);
            await StopAsync(spinning, spinner);
            Finish(name, step, host.Clock.GetElapsedTime(started));
            return result;
        }
        catch (Exception failure)
        {
            await StopAsync(spinning, spinner);
            WriteLine(Tone.Bad, style.Bad, name, failure is OperationCanceledException ? "interrupted" : failure.Message);
            throw;
        }
    }

    public Task RunAsync(string name, Func<Step, Task> work, CancellationToken cancel)
    {
        return RunAsync(
            name,
            async step =>
            {
                await work(step);
                return true;
            },
            cancel);
    }

    /// <summary>A step that was over at once.</summary>
    public void Done(string name, string detail = "") => WriteLine(Tone.Good, style.Good, name, detail);

    public void Warn(string name, string detail = "") => WriteLine(Tone.Warning, style.Warning, name, detail);

    public void Fail(string name, string detail = "") => WriteLine(Tone.Bad, style.Bad, name, detail);

    private void Finish(string name, Step step, TimeSpan took)
    {
        var detail = step.Detail.Length > 0 ? $"{step.Detail}, {Units.Duration(took)}" : Units.Duration(took);
        if (step.Warned)
        {
            Warn(name, detail);
        }
        else
        {
            Done(name, detail);
        }
    }

    private void WriteLine(Tone tone, string mark, string name, string detail)
    {
        // Failures are said even when quiet: -q means "only what is wrong".
        if (quiet && tone == Tone.Good)
        {
            return;
        }

        var tail = detail.Length > 0 ? style.Paint(Tone.Dim, $" ({TextWidth.Safe(detail)})") : "";
        lock (_gate)
        {
            ClearSpinner();
            host.Error.WriteLine($"{style.Paint(tone, mark)} {TextWidth.Safe(name)}{tail}");
        }
    }

    private async Task SpinAsync(string name, Step step, CancellationToken cancel)
    {
        var frames = style.Unicode ? "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" : "|/-\\";
        var place = (name, step);
        try
        {
            await Task.Delay(SpinnerDelay, host.Clock, cancel);
            lock (_gate)
            {
                _running.Add(place);
            }

            for (var i = 0; ; i++)
            {
                Draw(place, frames[i % frames.Length]);
                await Task.Delay(FrameTime, host.Clock, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _running.Remove(place);
                ClearSpinner();
            }
        }
    }

    /// <summary>Only the step that has run longest draws.</summary>
    private void Draw((string Name, Step Step) place, char frame)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_running[0].Step, place.Step))
            {
                return;
            }

            var detail = place.Step.Detail.Length > 0 ? $" ({TextWidth.Safe(place.Step.Detail)})" : "";
            var more = _running.Count > 1 ? $", {_running.Count - 1} more" : "";
            host.Error.Write($"\r\u001b[2K{frame} {place.Name}{detail}{more}");
            _spins = true;
        }
    }

    private void ClearSpinner()
    {
        if (_spins)
        {
            host.Error.Write("\r\u001b[2K");
            _spins = false;
        }
    }

    private static async Task StopAsync(CancellationTokenSource spinning, Task spinner)
    {
        await spinning.CancelAsync();
        await spinner;
    }
}
