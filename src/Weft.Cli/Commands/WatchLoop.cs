using System.CommandLine;
using Spectre.Console;
using Spectre.Console.Rendering;
using Weft.Cli.Output;

namespace Weft.Cli.Commands;

/// <summary>Shows a frame once, or again and again with <c>--watch</c>: rewritten in place on a terminal, one after the other elsewhere.</summary>
internal static class WatchLoop
{
    public static Option<TimeSpan> Interval { get; } = CommonOptions.Duration("--interval", "Time between pictures with --watch", TimeSpan.FromSeconds(2));

    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(100);

    /// <summary>The interval given, not shorter than makes sense.</summary>
    public static TimeSpan ReadInterval(CommandRun run) => run.Get(Interval) is var given && given < IntervalMin ? IntervalMin : given;

    public static async Task<int> RunAsync(CommandRun run, Func<CancellationToken, Task<WatchFrame>> read, CancellationToken cancel, bool? watch = null)
    {
        var frame = await read(cancel);
        if (!(watch ?? run.Get(CommonOptions.Watch)))
        {
            Write(run, frame);
            return ExitCode.Ok;
        }

        var interval = ReadInterval(run);
        if (run.OutStyle.Interactive && run.Output.IsTable)
        {
            await LiveAsync(run, frame, read, interval, cancel);
        }
        else
        {
            await StreamAsync(run, frame, read, interval, cancel);
        }

        return ExitCode.Ok;
    }

    public static void Write(CommandRun run, WatchFrame frame)
    {
        switch (run.Format)
        {
            case OutputFormat.Json or OutputFormat.Jsonl or OutputFormat.Yaml:
                run.Output.Document(frame.Document);
                break;
            case OutputFormat.Csv:
                CsvTableWriter.Write(frame.Table, run.Host.Out);
                break;
            case OutputFormat.Name:
                foreach (var name in frame.Names)
                {
                    run.Output.Line(name);
                }

                break;
            default:
                WriteTable(run, frame);
                break;
        }
    }

    private static void WriteTable(CommandRun run, WatchFrame frame)
    {
        if (frame.Verdict is { } verdict)
        {
            run.Output.Line(run.OutStyle.Paint(verdict.Tone, verdict.Text));
        }

        if (frame.Table.Rows.Count > 0)
        {
            run.Output.Table(frame.Table);
        }

        if (frame.Hint is { } hint)
        {
            run.Host.Out.Flush();
            run.Say(hint);
        }
    }

    private static async Task StreamAsync(CommandRun run, WatchFrame frame, Func<CancellationToken, Task<WatchFrame>> read, TimeSpan interval, CancellationToken cancel)
    {
        while (true)
        {
            Write(run, frame);
            await run.Host.Out.FlushAsync(cancel);
            await Task.Delay(interval, run.Host.Clock, cancel);
            frame = await read(cancel);
            if (run.Output.IsTable)
            {
                run.Output.Line("");
            }
        }
    }

    private static async Task LiveAsync(CommandRun run, WatchFrame frame, Func<CancellationToken, Task<WatchFrame>> read, TimeSpan interval, CancellationToken cancel)
    {
        var console = SpectreTable.Console(run.Host.Out, run.OutStyle, run.Host.Width);
        var live = new LiveDisplay(console, Draw(run, frame)) { Overflow = VerticalOverflow.Ellipsis, AutoClear = false };
        await live.StartAsync(async context =>
        {
            while (true)
            {
                context.UpdateTarget(Draw(run, frame));
                await Task.Delay(interval, run.Host.Clock, cancel);
                frame = await read(cancel);
            }
        });
    }

    private static Rows Draw(CommandRun run, WatchFrame frame)
    {
        var parts = new List<IRenderable>();
        if (frame.Verdict is { } verdict)
        {
            parts.Add(new Text(verdict.Text, SpectreTable.StyleOf(verdict.Tone)));
        }

        parts.Add(SpectreTable.Render(frame.Table, run.Format == OutputFormat.Wide));
        var at = run.Host.Clock.GetUtcNow();
        parts.Add(new Text($"{frame.Hint ?? ""}{(frame.Hint is null ? "" : "   ")}{Units.Timestamp(at)}, Ctrl-C ends", SpectreTable.StyleOf(Tone.Dim)));
        return new Rows(parts);
    }
}
