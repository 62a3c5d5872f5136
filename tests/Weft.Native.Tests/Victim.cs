using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>A built proxy under attack, and what must hold when the attack is over.</summary>
/// <param name="processId">The proxy's.</param>
/// <param name="metricsPort">Port of its admin pages on 127.0.0.1.</param>
/// <param name="hello">Where a good client gets the origin's greeting through it.</param>
internal abstract class Victim(int processId, int metricsPort, Uri hello) : IAsyncDisposable
{
    /// <summary>How long a condition may take to come true. The longest limit that an attack here waits for is 10 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly HttpClient _admin = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Uri _metrics = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{metricsPort}/metrics"));
    private readonly long _startKb = ProcessFiles.ResidentKb(processId);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The metrics page, which answers under every load.</summary>
    public Task<string> MetricsAsync() => _admin.GetStringAsync(_metrics, Stop);

    /// <summary>The present step of the overload ladder: 0 to 4.</summary>
    public async Task<long> LevelAsync() => (await SampleAsync("weft_overload_level")).GetValueOrDefault(-1);

    /// <summary>Waits for a step.</summary>
    public Task LevelAsync(Predicate<long> wanted) => BecomesAsync(async () => wanted(await LevelAsync()), async () => $"step {await LevelAsync()}");

    /// <summary>Waits until so many refusals with the reason are counted.</summary>
    public Task CountedAsync(string reason, int least = 1)
        => BecomesAsync(
            async () => await RefusalsAsync(reason) >= least,
            async () => $"{reason} is counted {await RefusalsAsync(reason)} times, not {least}");

    /// <summary>Refusals with the reason up to now.</summary>
    public async Task<long> RefusalsAsync(string reason) => await SampleAsync($"weft_rejected_total{{reason=\"{reason}\"}}") ?? 0;

    /// <summary>A new connection is served, memory has stayed within the bound, and the processor comes to rest.</summary>
    /// <param name="growthMb">By how much resident memory may have grown since the start.</param>
    public async Task ExpectUnharmedAsync(int growthMb)
    {
        ExpectGrowthBelow(growthMb);
        await ExpectServedAsync();
        await BecomesAsync(IsIdleAsync, () => Task.FromResult("the proxy does not come to rest"));
        ExpectGrowthBelow(growthMb);
        Assert.Contains("weft_bugs_total 0\n", await MetricsAsync(), StringComparison.Ordinal);
    }

    /// <summary>A good client on a connection of its own gets its answer; once there is room for it, for which it may have to wait.</summary>
    public Task ExpectServedAsync() => BecomesAsync(IsServedAsync, () => Task.FromResult("a good client is not served"));

    public void ExpectGrowthBelow(int growthMb)
    {
        long grownKb = ProcessFiles.ResidentKb(processId) - _startKb;
        Assert.True(grownKb <= growthMb * 1024L, $"resident memory has grown by {grownKb} KiB, {growthMb} MiB are allowed");
    }

    public virtual ValueTask DisposeAsync()
    {
        _admin.Dispose();
        return ValueTask.CompletedTask;
    }

    protected static async Task BecomesAsync(Func<Task<bool>> condition, Func<Task<string>> complaint)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                Assert.Fail(await complaint());
            }

            await Task.Delay(50, Stop);
        }
    }

    /// <summary>The value of a series; null when the page does not have it.</summary>
    protected async Task<long?> SampleAsync(string series)
    {
        string? line = (await MetricsAsync()).Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? null : long.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private async Task<bool> IsServedAsync()
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return (await http.GetStringAsync(hello, Stop)).StartsWith("hello over HTTP/1.1", StringComparison.Ordinal);
        }
        catch (Exception refused) when (refused is HttpRequestException or SocketException)
        {
            // A connection that is reset before HttpClient has looked at it gives the bare error of its socket.
            return false;
        }
    }

    /// <summary>Whether half a second passes in which the process takes no more than 20 ms of processor time.</summary>
    private async Task<bool> IsIdleAsync()
    {
        long before = ProcessFiles.CpuTicks(processId);
        await Task.Delay(500, Stop);
        return ProcessFiles.CpuTicks(processId) - before <= 2;
    }
}
