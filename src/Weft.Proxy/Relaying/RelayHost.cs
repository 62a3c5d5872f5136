using System.Runtime.InteropServices;
using Weft.Primitives.Net;
using Weft.Proxy.Admin;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Relaying;

/// <summary>Composes a relay: TLS contexts, workers with their listeners, signals; and takes it down in order.</summary>
internal sealed class RelayHost(RelaySettings settings, TimeProvider clock)
{
    private readonly SocketFactory _sockets = new(mark: 0);
    private readonly List<RelayWorker> _workers = [];
    private readonly ManualResetEventSlim _stopAsked = new();
    private readonly ManualResetEventSlim _stopNow = new();

    public int Run(TextWriter output)
    {
        TlsContext? listenTls = OpenListenTls();
        TlsContext? toTls = OpenUpstreamTls();
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        OpenWorkers(listenTls, toTls);
        using Worker? admin = OpenAdmin();
        output.WriteLine($"weft-proxy relay ready listen={settings.Listen} to={string.Join(',', settings.To)} workers={settings.Workers}");
        output.Flush();
        _stopAsked.Wait();
        Drain();
        admin?.Stop();
        return ExitCodes.Ok;
    }

    private TlsContext? OpenListenTls() => settings.ListenCert is null ? null : MakeContext("--listen-cert", new TlsSettings
    {
        IsServer = true,
        ChainPem = ReadFile("--listen-cert", settings.ListenCert),
        KeyPem = ReadFile("--listen-key", settings.ListenKey!),
        TrustPem = settings.ListenTrust is null ? null : ReadFile("--listen-trust", settings.ListenTrust),
        OnlyTls13 = false,
        Alpn = settings.ListenProtocol switch
        {
            ListenProtocol.Http1 => ["http/1.1"],
            ListenProtocol.Http2 => ["h2"],
            ListenProtocol.Opaque => [],
            _ => ["h2", "http/1.1"],
        },
    });

    private TlsContext? OpenUpstreamTls() => settings.ToTrust is null ? null : MakeContext("--to-trust", new TlsSettings
    {
        IsServer = false,
        ChainPem = settings.ToCert is null ? null : ReadFile("--to-cert", settings.ToCert),
        KeyPem = settings.ToKey is null ? null : ReadFile("--to-key", settings.ToKey),
        TrustPem = ReadFile("--to-trust", settings.ToTrust),
        OnlyTls13 = false,
        Alpn = settings.ToProtocol switch
        {
            UpstreamProtocol.Http1 => ["http/1.1"],
            UpstreamProtocol.Http2 => ["h2"],
            UpstreamProtocol.Opaque => [],
            _ => ["h2", "http/1.1"],
        },
    });

    private static TlsContext MakeContext(string option, TlsSettings tls)
    {
        try
        {
            return new TlsContext(tls);
        }
        catch (TlsConfigurationException wrong)
        {
            throw new UsageException($"{option}: {wrong.Message}", ExitCodes.BadInput);
        }
    }

    private static string ReadFile(string option, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option}: {path} cannot be read: {wrong.Message}", ExitCodes.BadInput);
        }
    }

    private void OpenWorkers(TlsContext? listenTls, TlsContext? toTls)
    {
        if (settings.Listen.Path is { } path)
        {
            RemoveStaleSocket(path);
        }

        int connections = ConnectionBudget.Connections(ProcessFigures.Read().MaxFds);
        int shared = -1;
        for (int i = 0; i < settings.Workers; i++)
        {
            // A Unix socket has one queue; TCP gives each worker its own.
            int fd = shared;
            if (fd < 0)
            {
                fd = _sockets.Listen(settings.Listen, settings.Workers > 1 && settings.Listen.Path is null, out string? fault);
                if (fd < 0)
                {
                    throw new UsageException($"--listen {settings.Listen}: {fault}; is the port taken, or the address not of this host?", ExitCodes.Unavailable);
                }

                shared = settings.Listen.Path is null ? -1 : fd;
            }

            _workers.Add(new RelayWorker(i, fd, settings, _sockets, Math.Max(1, connections / settings.Workers), clock, listenTls, toTls));
        }

        foreach (RelayWorker worker in _workers)
        {
            worker.Start();
        }
    }

    /// <summary>The admin pages have a thread of their own, so that they answer however busy the workers are.</summary>
    private Worker? OpenAdmin()
    {
        if (settings.Metrics.Family == NetFamily.None)
        {
            return null;
        }

        Worker admin = new("admin", clock);
        try
        {
            _ = new AdminListener(admin.Loop, _sockets, settings.Metrics, new AdminPages(new RelayFacts(settings, _workers, clock, _stopAsked.Set)));
        }
        catch (IOException taken)
        {
            throw new UsageException($"--metrics {taken.Message}; is the port taken, or the address not of this host?", ExitCodes.Unavailable);
        }

        admin.Start();
        return admin;
    }

    /// <summary>A socket file that nobody listens on any more would refuse the bind; one that somebody uses is left to fail it.</summary>
    private static void RemoveStaleSocket(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using System.Net.Sockets.Socket probe = new(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        try
        {
            probe.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        }
        catch (System.Net.Sockets.SocketException refused) when (refused.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stopAsked.IsSet)
        {
            _stopNow.Set();
        }

        _stopAsked.Set();
    }

    private void Drain()
    {
        foreach (RelayWorker worker in _workers)
        {
            worker.BeginDrain();
        }

        long deadline = clock.GetTimestamp() + (settings.DrainMs * clock.TimestampFrequency / 1000);
        while (_workers.Any(worker => worker.OpenConnections > 0) && clock.GetTimestamp() < deadline && !_stopNow.Wait(20))
        {
        }

        foreach (RelayWorker worker in _workers)
        {
            worker.Stop();
        }

        if (settings.Listen.Path is { } path)
        {
            File.Delete(path);
        }
    }
}
