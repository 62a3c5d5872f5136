using System.Diagnostics;

namespace Weft.Native.Tests;

/// <summary>Requests at a steady rate until stopped; what failed is kept with its reason.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 16 }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _open = [];
    private readonly List<string> _lost = [];
    private readonly Task _running;
    private int _answered;

    public SteadyLoad(Uri target) => _running = RunAsync(target);

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Ends the load, waits for what is open, and fails when anything was lost.</summary>
    public async Task StopAndExpectNothingLostAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Task.WhenAll(_open);
        Xunit.Assert.Empty(_lost);
        Xunit.Assert.True(_answered > 0, "no request was answered");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Task.WhenAll(_open);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Uri target)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            _open.RemoveAll(static t => t.IsCompletedSuccessfully);
            _open.Add(AskAsync(target));
            TimeSpan wait = (Interval * i) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, CancellationToken.None);
            }
        }
    }

    private async Task AskAsync(Uri target)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(target, CancellationToken.None);
            if (answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref _answered);
                return;
            }

            Lose($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            Lose(fault.Message);
        }
    }

    private void Lose(string why)
    {
        lock (_lost)
        {
            _lost.Add(why);
        }
    }
}
