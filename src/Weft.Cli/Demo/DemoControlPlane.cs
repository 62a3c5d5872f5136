using System.Diagnostics;
using System.Globalization;
using System.Net;
using Weft.Cli.Api;
using Weft.Cli.Host;

namespace Weft.Cli.Demo;

/// <summary>
/// The demo's control plane. As root it has a network namespace of its own: whoever captures its packets there sees that no byte of any application passes it.
/// </summary>
internal sealed class DemoControlPlane : IDisposable
{
    private const int Port = 15010;
    private const int ApiPort = 15011;
    private const int PagePort = 15012;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private readonly HostContext _host;
    private readonly string? _netns;
    private Process? _process;
    private ProcessIdentity? _identity;
    private PageRelay? _relay;

    public DemoControlPlane(HostContext host, bool transparent)
    {
        _host = host;
        _netns = transparent ? host.Names.ControlPlaneNamespace : null;
    }

    /// <summary>Where proxies reach it.</summary>
    public string Control { get; private set; } = "";

    public string Socket { get; private set; } = "";

    public bool HasExited => _process?.HasExited != false;

    /// <summary>Starts it and returns when its API answers.</summary>
    /// <exception cref="CliException">It ended or did not answer; the message holds the end of its log.</exception>
    public async Task StartAsync(string program, string dataDirectory, CancellationToken cancel)
    {
        IPAddress address = _netns is null
            ? IPAddress.Loopback
            : await _host.Network.EnsureNamespaceAsync(_netns, "weft/control-plane", _host.Names.ControlPlaneAddress, cancel);
        IReadOnlyList<int> ports = _netns is null ? LocalPorts.Take(3, _host.Run.LoadAll().SelectMany(r => r.LocalPorts).ToHashSet()) : [Port, ApiPort, FreePagePort()];
        Control = string.Create(CultureInfo.InvariantCulture, $"{address}:{ports[0]}");
        string data = Path.Combine(dataDirectory, "server");
        Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Socket = Path.Combine(data, "weft.sock");
        string log = Path.Combine(dataDirectory, "weft-server.log");
        NetworkNamespace network = _netns is null ? NetworkNamespace.Ours : NetworkNamespace.Named(_netns);
        string[] command = [program, "--data", data, "--listen", Control, "--api", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[1]}"), "--ui", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[2]}"), "--name", address.ToString()];
        _process = ChildProcess.Start(ChildProcess.Detached(network.Wrap(command), log, keepOutput: false), _host.Run);
        _identity = ProcessIdentity.TryOf(_process.Id);
        await WaitUntilReadyAsync(log, cancel);
        if (_netns is not null)
        {
            _relay = PageRelay.Start(network, ports[2]);
        }
    }

    /// <summary>The same port inside and outside, so that the address that the server gives holds here.</summary>
    private static int FreePagePort()
        => LocalPorts.IsFree(NetworkNamespace.Ours, IPAddress.Loopback, PagePort) ? PagePort : LocalPorts.Take(1, new HashSet<int>())[0];

    public ApiClient OpenApi() => new(new ApiEndpoint { Socket = Socket, Origin = "demo" });

    public async Task StopAsync()
    {
        if (_identity is not null)
        {
            await _identity.StopAsync(Grace, CancellationToken.None);
        }

        if (_netns is not null)
        {
            // Somebody may have started another in its place, to see it come back, or a capture of its packets.
            await Detachment.StopAllAsync(NamespaceProcesses.In(NetworkNamespace.Named(_netns)), Grace, CancellationToken.None);
            await _host.Network.RemoveNamespaceAsync(_netns, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _relay?.Dispose();
        _process?.Dispose();
    }

    private async Task WaitUntilReadyAsync(string log, CancellationToken cancel)
    {
        using ApiClient api = OpenApi();
        for (long end = Environment.TickCount64 + (long)ReadyLimit.TotalMilliseconds; Environment.TickCount64 < end && !HasExited;)
        {
            if (File.Exists(Socket) && await AnswersAsync(api, cancel))
            {
                return;
            }

            await Task.Delay(20, cancel);
        }

        string tail = File.Exists(log) ? string.Join(" | ", File.ReadLines(log).TakeLast(5)) : "";
        throw HostErrors.Fail(HostErrors.DemoCannotStart, "the control plane did not start", tail, $"its log is {log}");
    }

    private static async Task<bool> AnswersAsync(ApiClient api, CancellationToken cancel)
    {
        try
        {
            return await api.HealthAsync(cancel);
        }
        catch (CliException)
        {
            return false;
        }
    }
}
