namespace Weft.Cli.Host;

/// <summary>Keeps one proxy running: starts it with its join token, and again, by the certificate in its state, when it ends without being asked.</summary>
internal sealed class ProxyKeeper(ProxyLaunch launch, Func<ProcessIdentity, Task> started) : IDisposable
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    /// <summary>A proxy that lived this long was well; its next restart is immediate again.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private ProxyProcess? _proxy;
    private Task _watch = Task.CompletedTask;

    /// <summary>Restarts so far.</summary>
    public int Restarts { get; private set; }

    /// <summary>Returns when the proxy is ready.</summary>
    public async Task StartAsync(string? token, CancellationToken cancel)
    {
        _proxy = await ProxyProcess.StartAsync(launch, token, started, cancel);
        _watch = WatchAsync(_proxy);
    }

    /// <summary>Asks the proxy to end (it drains), and insists after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stopping.CancelAsync();
        try
        {
            await _watch;
        }
        catch (OperationCanceledException)
        {
        }

        if (_proxy is not null)
        {
            await _proxy.StopAsync(grace);
            _proxy.Dispose();
            _proxy = null;
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _proxy?.Dispose();
    }

    private async Task WatchAsync(ProxyProcess first)
    {
        ProxyProcess current = first;
        TimeSpan pause = PauseMin;
        while (true)
        {
            long since = Environment.TickCount64;
            await current.WaitForExitAsync(_stopping.Token);
            current.Dispose();
            _proxy = null;
            pause = Environment.TickCount64 - since > Settled.TotalMilliseconds ? PauseMin : pause;
            (current, pause) = await RestartAsync(pause);
            _proxy = current;
        }
    }

    private async Task<(ProxyProcess Proxy, TimeSpan NextPause)> RestartAsync(TimeSpan pause)
    {
        while (true)
        {
            await Task.Delay(pause, _stopping.Token);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, PauseMax.Ticks));
            try
            {
                Restarts++;
                return (await ProxyProcess.StartAsync(launch, null, started, _stopping.Token), pause);
            }
            catch (CliException e)
            {
                await File.AppendAllTextAsync(launch.LogFile, $"weft: restart failed: {e.Message}\n", _stopping.Token);
            }
        }
    }
}
