using System.Diagnostics;
using Weft.Contracts.Api;

namespace Weft.Replay;

/// <summary>Looks at the server once a second while the fleet plays, asks what a dashboard asks, and compares what was counted with what was made.</summary>
internal sealed class Measurement(ReplayOptions options, ServerProgram server, Fleet fleet)
{
    /// <summary>Seconds between two rounds of questions.</summary>
    private const int AskEvery = 10;

    /// <summary>Everybody reports all cells at first; this is not the steady state.</summary>
    private const int SettleSeconds = 20;

    internal List<Second> Seconds { get; } = [];

    internal List<ApiTime> Times { get; } = [];

    internal string[] PlantedPath { get; private set; } = [];

    internal string? Culprit { get; private set; }

    /// <summary>Requests that the server counted on the client side.</summary>
    internal long Counted { get; private set; }

    internal long PageBytes { get; private set; }

    internal async Task RunAsync()
    {
        DateTimeOffset begin = TimeProvider.System.GetUtcNow();
        using CancellationTokenSource stop = new();
        using CancellationTokenSource pageStop = new();
        Task playing = fleet.PlayAsync(stop.Token);
        Task page = options.WithPage ? ReadPageAsync(pageStop.Token) : Task.CompletedTask;
        await Task.WhenAny(playing, Task.Delay(TimeSpan.FromSeconds(SettleSeconds), CancellationToken.None));
        Task asking = Task.CompletedTask;
        double cpuUs = server.CpuUs;
        long reports = fleet.Reports;
        long last = Stopwatch.GetTimestamp();
        fleet.TakeLatestMs();
        for (int i = 1; i <= options.Seconds && !playing.IsCompleted; i++)
        {
            await Task.Delay(1_000, CancellationToken.None);
            double nowUs = server.CpuUs;
            double share = (nowUs - cpuUs) / Stopwatch.GetElapsedTime(last).TotalMicroseconds;
            long sent = fleet.Reports;
            Seconds.Add(new Second(share, server.ResidentKiB / 1024.0, fleet.TakeLatestMs(), sent - reports));
            (cpuUs, last, reports) = (nowUs, Stopwatch.GetTimestamp(), sent);
            if (i % AskEvery == 0)
            {
                await asking;
                asking = Task.Run(AskAsync, CancellationToken.None);
            }
        }

        await asking;
        if (options.Web is { } web)
        {
            Times.AddRange(await BrowserLook.TakeAsync(server.Api, web, MeshPlan.FullName(3)));
        }

        await stop.CancelAsync();
        await playing;
        await CompareAsync(begin);
        await pageStop.CancelAsync();
        await page;
    }

    /// <summary>What the page asks for the map and for one service, and how a slow transaction is found.</summary>
    private async Task AskAsync()
    {
        HttpClient api = server.Api;
        string service = MeshPlan.FullName(3);
        await ApiTime.AskAsync(api, Times, "map overview", "/v1/topology/columns?window=60", ApiJson.Default.TopologyColumns);
        await ApiTime.AskAsync(api, Times, "map with everything", "/v1/topology?window=60", ApiJson.Default.Topology);
        await ApiTime.AskAsync(api, Times, "home", "/v1/home", ApiJson.Default.HomeAnswer);
        await ApiTime.AskAsync(api, Times, "focus: series", $"/v1/series?of=service:{service}", ApiJson.Default.SeriesAnswer);
        await ApiTime.AskAsync(api, Times, "focus: edges", "/v1/edges?filter=" + Uri.EscapeDataString($"source == {service} or destination == {service}"), ApiJson.Default.TrafficTable);
        await ApiTime.AskAsync(api, Times, "focus: routes", "/v1/stat?by=route&filter=" + Uri.EscapeDataString($"destination == {service}"), ApiJson.Default.TrafficTable);
        PlantedPath = await SlowTransaction.PlantAsync(fleet.Proxies);

        // The records are on their way on other connections.
        await Task.Delay(1_000);
        (List<ApiTime> times, Culprit) = await SlowTransaction.FindAsync(api, PlantedPath);
        Times.AddRange(times);
    }

    private async Task CompareAsync(DateTimeOffset begin)
    {
        // The last reports are on their way, and the last second is not over yet: ask until the count stands still, or is whole.
        for (int i = 0; i < 20 && Counted != fleet.Made; i++)
        {
            await Task.Delay(1_000);
            string from = begin.AddSeconds(-1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
            SeriesAnswer series = await ApiTime.AskAsync(server.Api, [], "accounting", $"/v1/series?of=mesh&from={from}", ApiJson.Default.SeriesAnswer);
            Counted = series.Requests.Sum();
        }
    }

    private async Task ReadPageAsync(CancellationToken stop)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            await using Stream events = await server.Api.GetStreamAsync("/v1/events", stop);
            int read;
            while ((read = await events.ReadAsync(buffer, stop)) > 0)
            {
                PageBytes += read;
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }
}
