using Spectre.Console;
using Spectre.Console.Rendering;
using Weft.Cli.Api;
using Weft.Cli.Commands;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Demo;

/// <summary>Who calls whom, while it happens: a table rewritten every second on a terminal, a line now and then elsewhere.</summary>
internal sealed class DemoView(CommandRun run, DemoMesh mesh)
{
    private const string Away = "the control plane does not answer; traffic goes on without it, figures follow when it is back";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TableInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Shows until the load ends, a part of the mesh falls, or <paramref name="cancel"/> asks for the end.</summary>
    public async Task ShowAsync(CancellationToken cancel)
    {
        using ApiClient api = mesh.ControlPlane.OpenApi();
        try
        {
            if (run.OutStyle.Interactive)
            {
                await TableAsync(api, cancel);
            }
            else
            {
                await LinesAsync(api, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
    }

    /// <summary>The edges of the last seconds; null when the control plane does not answer.</summary>
    public async Task<IReadOnlyList<TrafficRow>?> EdgesAsync(TimeSpan window, CancellationToken cancel)
    {
        using ApiClient api = mesh.ControlPlane.OpenApi();
        return await TryEdgesAsync(api, window, cancel);
    }

    /// <summary>Traffic does not need the control plane, so its absence ends no demo: people kill it to see just that.</summary>
    private static async Task<IReadOnlyList<TrafficRow>?> TryEdgesAsync(ApiClient api, TimeSpan window, CancellationToken cancel)
    {
        try
        {
            return (await api.EdgesAsync(window, DemoMesh.Namespace, cancel)).Rows;
        }
        catch (CliException)
        {
            return null;
        }
    }

    private async Task TableAsync(ApiClient api, CancellationToken cancel)
    {
        var console = SpectreTable.Console(run.Host.Out, run.OutStyle, run.Host.Width);
        var live = new LiveDisplay(console, new Text("waiting for the first figures")) { Overflow = VerticalOverflow.Ellipsis, AutoClear = false };
        await live.StartAsync(async context =>
        {
            while (IsRunning)
            {
                context.UpdateTarget(await DrawAsync(api, cancel));
                await PauseAsync(TableInterval, cancel);
            }
        });
    }

    private async Task<IRenderable> DrawAsync(ApiClient api, CancellationToken cancel)
    {
        if (await TryEdgesAsync(api, Window, cancel) is not IReadOnlyList<TrafficRow> rows)
        {
            return new Text(Away);
        }

        return new Rows(
            SpectreTable.Render(TrafficTables.Edges(rows).Table, wide: false),
            new Text($"{Line(rows)}   Ctrl-C ends", SpectreTable.StyleOf(Tone.Dim)));
    }

    private async Task LinesAsync(ApiClient api, CancellationToken cancel)
    {
        long started = run.Host.Clock.GetTimestamp();
        while (IsRunning)
        {
            await PauseAsync(LineInterval, cancel);
            IReadOnlyList<TrafficRow>? rows = await TryEdgesAsync(api, Window, cancel);
            run.Say($"{run.Host.Clock.GetElapsedTime(started).TotalSeconds,4:0} s  {(rows is null ? Away : Line(rows))}");
        }
    }

    /// <summary>Streams last as long as they are wanted, so only what users wait for counts as latency.</summary>
    private string Line(IReadOnlyList<TrafficRow> rows)
    {
        TrafficRow[] used = [.. rows.Where(r => r.Requests > 0)];
        double rate = used.Sum(r => r.RequestsPerSecond);
        long failures = used.Sum(r => r.Failures);
        int secured = used.Count(r => r.MutualTls >= 1);
        string users = $"{DemoMesh.Namespace}/{mesh.Manifest.Load.Name}";
        double? p99 = used.Where(r => r.Source == users && r.Protocol == "http1").Max(r => r.P99Ms);
        return $"{Units.Plural(used.Length, "edge")}, {secured} under mutual TLS   {Units.Rate(rate).Text} on them   {failures} failed   users' p99 {Units.Milliseconds(p99).Text}";
    }

    private bool IsRunning => mesh.Load?.HasExited == false && mesh.Fallen is null;

    /// <summary>Sleeps, but not beyond the end of the load.</summary>
    private async Task PauseAsync(TimeSpan time, CancellationToken cancel)
    {
        if (mesh.Load is { } load)
        {
            await Task.WhenAny(load.WaitForExitAsync(cancel), Task.Delay(time, cancel));
            cancel.ThrowIfCancellationRequested();
        }
    }
}
