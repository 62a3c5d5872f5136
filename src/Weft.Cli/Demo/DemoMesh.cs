using System.Collections.Concurrent;
using System.Globalization;
using Weft.Cli.Api;
using Weft.Cli.Commands;
using Weft.Cli.Host;
using Weft.Cli.Progress;
using Weft.Contracts.Api;

namespace Weft.Cli.Demo;

/// <summary>The running demo: control plane, shop, load. Ends in the order in which nothing is lost, whatever had been started.</summary>
internal sealed class DemoMesh : IAsyncDisposable
{
    public const string Namespace = "default";

    /// <summary>Two processors start a dozen services fastest a few at a time.</summary>
    private const int StartsAtOnce = 4;

    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LoadGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProxyGrace = TimeSpan.FromSeconds(2);
    private readonly HostContext _host;
    private readonly DemoFiles _files;
    private readonly DemoOptions _options;
    private readonly ConcurrentBag<RunningWorkload> _services = [];
    private readonly DemoControlPlane _controlPlane;
    private RunningWorkload? _load;
    private bool _ended;

    public DemoMesh(HostContext host, DemoFiles files, DemoOptions options)
    {
        _host = host;
        _files = files;
        _options = options;
        _controlPlane = new DemoControlPlane(host, options.Transparent);
        Manifest = ShopManifest.Read(files.Manifest);
    }

    public ShopManifest Manifest { get; }

    public DemoControlPlane ControlPlane => _controlPlane;

    public RunningWorkload? Load => _load;

    public string LoadLog => LogOf(Manifest.Load);

    /// <summary>A workload of the shop that has ended though nobody asked it to, or null.</summary>
    public string? Fallen => _services.FirstOrDefault(s => s.HasExited)?.Plan.FullName;

    public Task StartControlPlaneAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(_options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return _controlPlane.StartAsync(_files.Server, _options.DataDirectory, cancel);
    }

    /// <summary>Starts every service whose program is there.</summary>
    /// <returns>Those left out, with the program that is missing.</returns>
    public async Task<IReadOnlyList<string>> StartServicesAsync(Step step, CancellationToken cancel)
    {
        ShopEntry[] there = [.. Manifest.Services.Where(s => HostCommand.Find(Expand(s.Command[0])) is not null)];
        using var turns = new SemaphoreSlim(StartsAtOnce);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        int started = 0;
        await Task.WhenAll(there.Select(async entry =>
        {
            await turns.WaitAsync(stopping.Token);
            try
            {
                _services.Add(await StartAsync(entry, stopping.Token));
                step.Update($"{Interlocked.Increment(ref started)} of {there.Length}");
            }
            catch
            {
                await stopping.CancelAsync();
                throw;
            }
            finally
            {
                turns.Release();
            }
        }));
        return [.. Manifest.Services.Except(there).Select(s => $"{s.WorkloadName} ({s.Command[0]} is not installed)")];
    }

    /// <summary>Waits until the control plane knows every service as healthy.</summary>
    public async Task WaitUntilHealthyAsync(Step step, CancellationToken cancel)
    {
        using ApiClient api = _controlPlane.OpenApi();
        for (long end = Environment.TickCount64 + (long)HealthLimit.TotalMilliseconds; ;)
        {
            IReadOnlyList<ProxyItem> proxies = (await api.StatusAsync(cancel)).Proxies;
            int healthy = proxies.Count(p => p.Health == "healthy");
            step.Update($"{healthy} of {_services.Count}");
            if (healthy >= _services.Count)
            {
                return;
            }

            if (Fallen is not null || Environment.TickCount64 > end)
            {
                string[] ill = [.. proxies.Where(p => p.Health != "healthy").Select(p => p.Workload)];
                throw HostErrors.Fail(
                    HostErrors.DemoCannotStart, $"not every service is well after {HealthLimit.TotalSeconds:0} s", Fallen is null ? string.Join(", ", ill) : $"{Fallen} has ended", $"logs are in {_options.DataDirectory}");
            }

            await Task.Delay(100, cancel);
        }
    }

    /// <summary>Applies the shop's routes as one commit.</summary>
    /// <returns>The number of the commit and how many proxies run it.</returns>
    public async Task<RolloutStatus?> ApplyAsync(CancellationToken cancel)
    {
        if (Manifest.Mesh is null)
        {
            return null;
        }

        string file = Expand(Manifest.Mesh);
        using ApiClient api = _controlPlane.OpenApi();
        var documents = new SourceDocument("mesh.yaml", await File.ReadAllTextAsync(file, cancel));
        CommitResult commit = await api.CommitAsync(new CommitRequest { Documents = [documents], Namespace = Namespace, Message = "routes of the sample shop" }, cancel);
        return await api.RolloutAsync(commit.Commit, 10, cancel);
    }

    public async Task StartLoadAsync(CancellationToken cancel) => _load = await StartAsync(Manifest.Load, cancel);

    /// <summary>Ends the load and returns its figures; what is under way comes to its end first.</summary>
    public async Task<LoadSummary?> FinishLoadAsync()
    {
        if (_load is null)
        {
            return null;
        }

        if (_load.Record.Application is ProcessIdentity process)
        {
            await process.StopAsync(LoadGrace, CancellationToken.None);
        }

        await _load.WaitForExitAsync(CancellationToken.None);
        return LoadSummary.Read(LoadLog);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        RunningWorkload[] all = [.. _services, .. _load is null ? Array.Empty<RunningWorkload>() : [_load]];
        await Task.WhenAll(all.Select(w => w.StopAsync(ProxyGrace)));
        await _controlPlane.StopAsync();
        foreach (RunningWorkload workload in all)
        {
            workload.Dispose();
        }

        _controlPlane.Dispose();
        if (!_options.Keep && Directory.Exists(_options.DataDirectory))
        {
            Directory.Delete(_options.DataDirectory, recursive: true);
        }

        await _host.Run.RemoveIfUnusedAsync(CancellationToken.None);
    }

    private async Task<RunningWorkload> StartAsync(ShopEntry entry, CancellationToken cancel)
    {
        WorkloadPlan plan = PlanOf(entry);
        using ApiClient api = _controlPlane.OpenApi();
        return await new WorkloadRunner(_host).StartAsync(plan, AttachOptions.TokensFor(api, plan), cancel);
    }

    private WorkloadPlan PlanOf(ShopEntry entry)
    {
        string data = Path.Combine(_options.DataDirectory, "data", entry.WorkloadName);
        Directory.CreateDirectory(data);
        var environment = new SortedDictionary<string, string>(entry.Env, StringComparer.Ordinal);
        if (!_options.Transparent)
        {
            environment.TryAdd("LISTEN_ADDRESS", "127.0.0.1");
        }

        return new WorkloadPlan
        {
            Namespace = Namespace,
            Service = entry.Name,
            Workload = entry.WorkloadName,
            Ports = entry.Port > 0 ? [new WorkloadPort(entry.Port, entry.Protocol)] : [],
            Labels = entry.Labels,
            Upstreams = [.. entry.Upstreams.Select(u => Upstream.Parse(string.Join(':', u.Split(':').Take(2))))],
            HealthCheck = entry.HealthPath,
            ProxyProgram = _files.Proxy,
            Control = _controlPlane.Control,
            Transparent = _options.Transparent,
            Command = [.. entry.Command.Select(word => Expand(word).Replace("{data}", data, StringComparison.Ordinal))],
            ExpandsListenAddress = true,
            Environment = environment,
            ApplicationLog = LogOf(entry),
            ProxyLog = Path.Combine(_options.DataDirectory, entry.WorkloadName + ".proxy.log"),
        };
    }

    private string Expand(string word) => word
        .Replace("{shop}", _files.Shop, StringComparison.Ordinal)
        .Replace("{load}", _files.Load, StringComparison.Ordinal)
        .Replace("{rate}", (_options.Rate ?? Manifest.Load.Rate ?? 50).ToString("0.###", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{for}", string.Create(CultureInfo.InvariantCulture, $"{_options.For?.TotalMilliseconds ?? 0:0}ms"), StringComparison.Ordinal);

    private string LogOf(ShopEntry entry) => Path.Combine(_options.DataDirectory, entry.WorkloadName + ".log");
}
