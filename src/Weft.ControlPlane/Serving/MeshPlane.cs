using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weft.Authority;
using Weft.Contracts.Protobuf;
using Weft.ControlPlane.Api;
using Weft.ControlPlane.Flows;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Insight;
using Weft.ControlPlane.Otlp;
using Weft.ControlPlane.Prometheus;
using Weft.ControlPlane.Registry;
using Weft.ControlPlane.Signing;
using Weft.ControlPlane.Status;
using Weft.ControlPlane.Store;
using Weft.ControlPlane.Traffic;
using Weft.ControlPlane.Why;
using Weft.Model;
using Weft.Primitives;

namespace Weft.ControlPlane.Serving;

/// <summary>The half of the server that proxies see: identity, registry, discovery, sessions and traffic, on a listener of its own. The other half
/// (store, checks, API) hands it commits and asks it through <see cref="Ports"/>.</summary>
public sealed partial class MeshPlane : IServerFigures, IAsyncDisposable
{
    /// <summary>Calls in flight, such as a signing, have so long to finish at the end.</summary>
    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(1);

    private readonly MeshPlaneOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly CertificateAuthority _authority;
    private readonly ServerCertificateSource _certificates;
    private readonly JoinTokens _tokens;
    private readonly WorkloadRegistry _registry;
    private readonly RegistryStore _registryStore;
    private readonly SessionHub _hub;
    private readonly SubscriptionIndex _index;
    private readonly AckLedger _acks;
    private readonly MeshEngine _engine;
    private readonly TrafficStore _traffic;
    private readonly PrometheusClient? _prometheus;
    private readonly TrafficInsight _insight;
    private readonly FlowRoom _flows;
    private readonly OtlpIntake _otlp;
    private readonly Current<ModelRevision> _revision = new(new ModelRevision(0, "", DateTimeOffset.UnixEpoch, MeshModel.Empty, FrozenDictionary<ResourceKey, ResourceAge>.Empty));
    private readonly SigningGate _gate = new();
    private readonly MemoryKeeper _memory = new();
    private readonly CancellationTokenSource _stop = new();
    private WebApplication? _app;
    private Task _running = Task.CompletedTask;
    private int _disposed;

    private MeshPlane(MeshPlaneOptions options, IMetaStore store, TimeProvider time, ILoggerFactory logs)
    {
        _options = options;
        _time = time;
        _logs = logs;
        _log = logs.CreateLogger<MeshPlane>();
        var authorityOptions = new AuthorityOptions { TrustDomain = options.TrustDomain, LeafLifetime = options.LeafLifetime };
        _authority = CertificateAuthority.Open(new AuthorityStore(store), authorityOptions, time);
        (List<string> names, List<IPAddress> addresses) = ServerNames(options);
        _certificates = new ServerCertificateSource(_authority, names, addresses, time);
        _tokens = new JoinTokens(store, _authority, time);
        _registry = new WorkloadRegistry(time, new RegistryTimes { Gone = Longer(options.LeafLifetime, TimeSpan.FromMinutes(10)) });
        _registryStore = new RegistryStore(store, options.TrustDomain);
        _hub = new SessionHub(time);
        _index = new SubscriptionIndex(MeshView.Empty(_authority.Bundle));
        _acks = new AckLedger(time);
        _engine = new MeshEngine(_index, _registry, new VirtualAddressBook(store), _acks, time, logs.CreateLogger<MeshEngine>());
        _traffic = options.HistoryPath is { } path ? TrafficStore.Open(HistoryFile.Open(path), time.GetUtcNow()) : new TrafficStore();
        _prometheus = options.Prometheus is { } address ? new PrometheusClient(address) : null;
        IFigureSource? asked = _prometheus is { } client ? new PrometheusFigures(client, _traffic, time) : null;
        _insight = new TrafficInsight(new StoredFigures(_traffic), _traffic, _index, store, asked);
        _flows = new FlowRoom(_hub, new FlowCauses(new DecidingObjects(_revision)), time);
        var senders = new SenderNames(_index);
        _otlp = new OtlpIntake(_flows.Spans, new SpanEdges(_traffic, senders), senders, time);
        var status = new MeshStatusReader(_index, _registry, _hub, _acks, _engine, _authority, time);
        Ports = new MeshPorts
        {
            Mesh = status,
            Services = status,
            Traffic = _insight,
            Flows = _flows,
            Otlp = _otlp,
            Figures = this,
            Why = new WhyReader(_index, _registry, _revision, status, _insight.Live, _flows, options.TrustDomain, time),
            Tokens = _tokens,
            Commands = _hub,
            Trust = new TrustView(_authority, _certificates),
        };
    }

    /// <summary>What the API and the checks may ask and do.</summary>
    public MeshPorts Ports { get; }

    /// <summary>Takes what applications and collectors send.</summary>
    internal OtlpIntake Otlp => _otlp;

    /// <summary>Where proxies connect, with the port that was really taken; set once <see cref="StartAsync"/> has returned.</summary>
    public IPEndPoint Address { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Opens the authority and what earlier runs left in the store.</summary>
    /// <exception cref="InvalidOperationException">The authority's keys are unreadable, expired or of another trust domain.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public static MeshPlane Open(MeshPlaneOptions options, IMetaStore store, TimeProvider time, ILoggerFactory logs)
    {
        var plane = new MeshPlane(options, store, time, logs);
        plane.Restore();
        return plane;
    }

    /// <summary>Hands over the newest revision of the model, at the start and after each commit.</summary>
    public void Apply(ModelRevision revision)
    {
        _revision.Publish(revision);
        _engine.Apply(revision);
    }

    /// <summary>Begins to serve proxies. Call <see cref="Apply"/> first: a proxy must never be served from a model without the policies.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Apply"/> was not called.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    /// <exception cref="IOException">The address is taken.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        _registry.Changed = _engine.RegistryChanged;
        _engine.PublishFirst();
        _app = BuildApp();
        await _app.StartAsync(stop);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new IPEndPoint(_options.Listen.Address, new Uri(address).Port);
        _running = Task.WhenAll(_engine.RunAsync(_stop.Token), KeepHouseAsync(_stop.Token), KeepFiguresAsync(_stop.Token));
    }

    /// <summary>Ends every stream and stops. Workloads keep their place in the registry for the next run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_app is not null)
        {
            // Session and discovery streams live as long as their proxies: waiting for them to end would take the host's whole patience.
            using CancellationTokenSource force = new(s_drainTime);
            await _app.StopAsync(force.Token);
            await _app.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SaveRegistry();
        SaveFigures();
        _prometheus?.Dispose();
        _traffic.Dispose();
        _gate.Dispose();
        _authority.Dispose();
        _stop.Dispose();
    }

    private void Restore()
    {
        List<StoredWorkload> stored = [.. _registryStore.Load()];
        _registry.Restore(stored);
        foreach (StoredWorkload workload in stored)
        {
            _traffic.Restore(workload.Record.Name, workload.Hello.Epoch);
        }
    }

    private WebApplication BuildApp()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(ConfigureKestrel);
        IServiceCollection services = builder.Services;
        services.AddSingleton(_logs);
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.AddSingleton(_time);
        services.AddSingleton(_authority);
        services.AddSingleton(_tokens);
        services.AddSingleton(_gate);
        services.AddSingleton(_registry);
        services.AddSingleton(_hub);
        services.AddSingleton(_index);
        services.AddSingleton(_acks);
        services.AddSingleton(_traffic);
        services.AddSingleton(_flows);
        services.AddSingleton(new OtlpGrpcService(_otlp, static call => ClientIdentity.Find(call) is not null));
        services.AddSingleton<SigningService>();
        services.AddSingleton<SessionService>();
        services.AddSingleton<DiscoveryService>();
        services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = ProtoLimits.MaxMessageBytes;
            options.EnableDetailedErrors = false;
            options.ResponseCompressionAlgorithm = null;
        });
        services.AddSingleton<IServiceMethodProvider<SigningService>, SigningMethods>();
        services.AddSingleton<IServiceMethodProvider<SessionService>, SessionMethods>();
        services.AddSingleton<IServiceMethodProvider<DiscoveryService>, DiscoveryMethods>();
        services.AddSingleton<IServiceMethodProvider<OtlpGrpcService>, OtlpGrpcMethods>();
        WebApplication app = builder.Build();
        app.MapGrpcService<SigningService>();
        app.MapGrpcService<SessionService>();
        app.MapGrpcService<DiscoveryService>();
        app.MapGrpcService<OtlpGrpcService>();
        return app;
    }

    private void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        var listener = new MeshListener(_authority, _certificates, _time, _logs.CreateLogger<MeshListener>());
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 10_500;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 32;
        kestrel.Limits.Http2.MaxFrameSize = 16 * 1024;
        kestrel.Limits.Http2.HeaderTableSize = 4 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 128 * 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 256 * 1024;

        // A peer that does not read answers no ping either. Kestrel's own pace for readers (240 bytes a second) also counts what this server makes them wait.
        kestrel.Limits.MinResponseDataRate = null;

        // A host that vanished sends no RST: without pings its workload would count as connected for ever.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(_options.Listen, listener.Configure);
    }

    /// <summary>Once a second: silent workloads, old figures, certificates, and what the store has still to learn.</summary>
    private async Task KeepHouseAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                _registry.Tick();
                SaveRegistry();
                RenewCertificates();
                _memory.Tick();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void SaveRegistry()
    {
        try
        {
            _registryStore.Save(_registry);
        }
        catch (StoreException e)
        {
            Log.NotSaved(_log, e.Message);
        }
    }

    private void RenewCertificates()
    {
        try
        {
            if (_authority.RotateIfDue())
            {
                Log.Rotated(_log, _authority.IssuerNotAfter);
            }

            _certificates.RenewIfDue();
        }
        catch (StoreException e)
        {
            Log.NotSaved(_log, e.Message);
        }
    }

    private static (List<string> Names, List<IPAddress> Addresses) ServerNames(MeshPlaneOptions options)
    {
        List<string> names = ["localhost"];
        HashSet<IPAddress> addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback];
        foreach (string name in options.Names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                addresses.Add(address);
            }
            else
            {
                names.Add(name);
            }
        }

        foreach (UnicastIPAddressInformation local in NetworkInterface.GetAllNetworkInterfaces().SelectMany(item => item.GetIPProperties().UnicastAddresses))
        {
            if (!local.Address.IsIPv6LinkLocal && addresses.Count < 32)
            {
                addresses.Add(local.Address);
            }
        }

        return (names, [.. addresses]);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Signals are the host's business, not this listener's.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The store failed, tried again in a second: {Reason}")]
        internal static partial void NotSaved(ILogger log, string reason);

        [LoggerMessage(2, LogLevel.Information, "New issuing certificate, until {NotAfter:u}")]
        internal static partial void Rotated(ILogger log, DateTimeOffset notAfter);
    }
}
