using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Follows a proxy over upgrades by its admin pages: the number of its process changes, its port does not.</summary>
internal sealed class UpgradedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
    private readonly List<int> _seen = [];
    private readonly int _adminPort;

    public UpgradedProcess(int adminPort) => _adminPort = adminPort;

    public async Task<int> PidAsync() => (await StatusAsync()).Pid;

    public async Task<(int Pid, string State, string Why, int Attempt)> StatusAsync()
    {
        using JsonDocument page = JsonDocument.Parse(await PageAsync("/upgrade"));
        int pid = page.RootElement.GetProperty("pid").GetInt32();
        if (!_seen.Contains(pid))
        {
            _seen.Add(pid);
        }

        return (pid, page.RootElement.GetProperty("state").GetString()!, page.RootElement.GetProperty("why").GetString()!, page.RootElement.GetProperty("attempt").GetInt32());
    }

    public Task<string> PageAsync(string path) => _http.GetStringAsync(new Uri($"http://127.0.0.1:{_adminPort}{path}"), TestContext.Current.CancellationToken);

    public async Task<double> MetricAsync(string name) => Sum(await PageAsync("/metrics"), name);

    public static double Sum(string page, string name) => page.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Upgrades by SIGUSR2 and waits until another process answers.</summary>
    public async Task UpgradeAsync()
    {
        (int before, _, _, int attempts) = await StatusAsync();
        await ControlPlane.Signal(before, "USR2");
        await UntilAsync(
            async () =>
            {
                (int pid, string state, string why, int attempt) = await StatusAsync();
                Assert.False(pid == before && attempt > attempts && state == "failed", why);
                return pid != before;
            },
            "another process answers");
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"not within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends every process that was seen.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (int pid in _seen.Where(IsAlive))
        {
            await ControlPlane.Signal(pid, "KILL");
        }

        _http.Dispose();
    }
}
