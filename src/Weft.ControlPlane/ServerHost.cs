using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Otlp;
using Weft.ControlPlane.Pages;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;

namespace Weft.ControlPlane;

/// <summary>Puts the control plane together in named steps, and takes it apart in reverse.</summary>
public sealed partial class ServerHost : IAsyncDisposable
{
    /// <summary>Calls in flight have so long to finish after SIGTERM.</summary>
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(3);

    private readonly ServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILoggerProvider _logging;
    private readonly Stack<IAsyncDisposable> _opened = new();
    private SqliteModelStore _store = null!;
    private ModelStore _models = null!;
    private MeshPlane _mesh = null!;
    private ApiHost _api = null!;

    private ServerHost(ServerSettings settings, TimeProvider time, ILoggerProvider logging)
    {
        _settings = settings;
        _time = time;
        _logging = logging;
    }

    /// <summary>One line for whoever started the server: it takes calls from now on.</summary>
    public string ReadyLine
        => $"weft server ready grpc={_mesh.Address} api={_api.HttpsAddress} socket={_settings.SocketPath} trust-domain={_settings.TrustDomain} page={_api.PageAddress}";

    /// <summary>Where telemetry is taken, gRPC first, as far as it is.</summary>
    internal IReadOnlyList<string> OtlpAddresses { get; private set; } = [];

    internal static uint EffectiveUserId => GetEffectiveUserId();

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <exception cref="ServerStartException">The server cannot start.</exception>
    public static async Task<int> RunAsync(ServerSettings settings, TimeProvider time, TextWriter output)
    {
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration term = OnSignal(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stop);
        using LineLoggerProvider logging = new(settings.Log, time, Console.Error);
        await using ServerHost host = await StartAsync(settings, time, logging);
        await output.WriteLineAsync(host.ReadyLine);
        await output.FlushAsync();
        Notify(settings, ServiceState.Ready);
        await stop.Task;
        Notify(settings, ServiceState.Stopping);
        Log.Stopping(logging.CreateLogger("Weft.Server"));
        return ServerExit.Ok;
    }

    /// <summary>Starts everything; disposing stops it.</summary>
    /// <exception cref="ServerStartException">The server cannot start; what was opened is closed again.</exception>
    public static async Task<ServerHost> StartAsync(ServerSettings settings, TimeProvider time, ILoggerProvider logging)
    {
        RuntimeCheck.Run();
        AppContext.SetSwitch(KestrelLimits.NoBareLineFeedSwitch, true);
        ServerHost host = new(settings, time, logging);
        try
        {
            host.OpenStore();
            await host.OpenMeshAsync();
            await host.OpenApiAsync();
            await host.OpenOtlpAsync();
            await BareLineFeedTest.RunAsync(settings.SocketPath);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes what was opened, last first.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_opened.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }

    private void OpenStore()
    {
        DataDirectory data = DataDirectory.Open(_settings.DataDirectory);
        Opened(data.Dispose);
        _store = SqliteModelStore.Open(data.File("weft.db"), _time);
        Opened(_store.Dispose);
        _models = ModelStore.Open(_store, _time, _logging.CreateLogger("Weft.Store"));
    }

    private async Task OpenMeshAsync()
    {
        MeshPlaneOptions options = new()
        {
            Listen = _settings.Grpc,
            TrustDomain = _settings.TrustDomain,
            LeafLifetime = _settings.LeafLifetime,
            Names = _settings.Names,
            HistoryPath = Path.Combine(_settings.DataDirectory, "weft-history.db"),
            Prometheus = _settings.Prometheus,
        };
        try
        {
            _mesh = MeshPlane.Open(options, _store, _time, NewLogs());
        }
        catch (InvalidOperationException fault)
        {
            throw new ServerStartException(
                ServerExit.BadData, fault.Message, "use the data directory of this mesh, or start a new mesh in an empty one", fault);
        }

        _opened.Push(_mesh);
        _models.Changed += change => _mesh.Apply(change.After);
        _mesh.Apply(_models.Current);
        try
        {
            await _mesh.StartAsync(CancellationToken.None);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"proxies cannot be served on {_settings.Grpc}: {fault.Message}",
                "stop what listens there, or choose another address with --listen",
                fault);
        }
    }

    /// <summary>What the frameworks say of every connection and call is left out; their failures come back as exceptions and are told once.</summary>
    private ILoggerFactory NewLogs() => LoggerFactory.Create(builder => builder
        .AddProvider(_logging)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddFilter("Grpc", LogLevel.Warning));

    private async Task OpenApiAsync()
    {
        AdminToken token = AdminToken.Open(Path.Combine(_settings.DataDirectory, AdminToken.FileName));
        ApiParts parts = new(_models, _store, new Commits(_models, _store, _mesh.Ports.Services), _mesh.Ports, _time);
        _api = await ApiHost.StartAsync(_settings, parts, new Caller(token, EffectiveUserId, new SessionStore(_time)), PageFiles.OfProgram(), _logging);
        _opened.Push(new Closing(async () =>
        {
            using CancellationTokenSource force = new(s_drainTime);
            await _api.StopAsync(force.Token);
            await _api.DisposeAsync();
        }));
    }

    /// <summary>The standard ports may belong to a collector that is there already: then there is no intake, and the log says so. Addresses that somebody chose must work.</summary>
    private async Task OpenOtlpAsync()
    {
        if (_settings.OtlpGrpc is null && _settings.OtlpHttp is null)
        {
            return;
        }

        try
        {
            AdminToken token = AdminToken.Open(Path.Combine(_settings.DataDirectory, OtlpGate.TokenFile));
            OtlpHost otlp = await OtlpHost.StartAsync(_settings.OtlpGrpc, _settings.OtlpHttp, token, _mesh.Otlp, _mesh.Ports.Trust, _logging);
            OtlpAddresses = otlp.Addresses;
            _opened.Push(otlp);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            if (_settings.IsOtlpChosen)
            {
                throw new ServerStartException(
                    ServerExit.CannotStart,
                    $"telemetry cannot be taken on {_settings.OtlpGrpc} and {_settings.OtlpHttp}: {fault.Message}",
                    "stop what listens there, choose other addresses with --otlp-grpc and --otlp-http, or turn them off",
                    fault);
            }

            Log.NoOtlp(_logging.CreateLogger("Weft.Server"), fault.Message);
        }
    }

    private void Opened(Action close) => _opened.Push(new Closing(() =>
    {
        close();
        return ValueTask.CompletedTask;
    }));

    private static PosixSignalRegistration OnSignal(PosixSignal signal, TaskCompletionSource stop)
        => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.TrySetResult();
        });

    private static void Notify(ServerSettings settings, ServiceState state)
    {
        if (settings.UnderSystemd)
        {
            new SystemdNotifier().Notify(state);
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUserId();

    private sealed class Closing(Func<ValueTask> close) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => close();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "stopping")]
        public static partial void Stopping(ILogger log);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "no telemetry is taken over OTLP: {Reason}; choose other addresses with --otlp-grpc and --otlp-http")]
        public static partial void NoOtlp(ILogger log, string reason);
    }
}
