using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Routing;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Upstreams;

/// <summary>Opens a transport to an upstream: connect, TLS, and the check of who answered.</summary>
internal sealed class Dialer(EventLoop loop, SocketFactory sockets, ConnectionLimits limits, Resolver? resolver = null) : IDialer
{
    /// <summary>A failing upstream is dialled often; its reason is told once in a while.</summary>
    private const long TellEveryMs = 1_000;

    private long _toldMs = -TellEveryMs;

    /// <summary>Gets what names and TLS have against a dial, instead of the log, and what the kernel has.</summary>
    public Action<string>? Told { get; init; }

    public async ValueTask<(Transport? Transport, EndReason Reason)> DialAsync(UpstreamSettings settings, Arrival? arrival)
    {
        (SocketTransport? socket, EndReason reason) = settings.Host is null ? await ConnectAsync(settings, settings.Address) : await ConnectByNameAsync(settings, settings.Host);
        if (reason == EndReason.ConnectFailed && settings.Other is { } other)
        {
            (socket, reason) = await ConnectAsync(settings, other);
        }

        if (socket is null)
        {
            return (null, reason);
        }

        if (settings.ProxyHeader != ProxyVersion.None && !SendHeader(socket, settings.ProxyHeader, arrival))
        {
            socket.Abort();
            return (null, EndReason.ConnectFailed);
        }

        return settings.Tls is null ? (socket, EndReason.Ok) : await ShakeAsync(socket, settings);
    }

    private async ValueTask<(SocketTransport? Socket, EndReason Reason)> ConnectAsync(UpstreamSettings settings, NetAddress address)
    {
        SocketTransport? socket = sockets.Connect(loop, address, out string? fault);
        if (socket is null)
        {
            Told?.Invoke(fault ?? "");
            return (null, EndReason.ConnectFailed);
        }

        bool expired = false;
        LoopTimer timer = new(loop, () =>
        {
            expired = true;
            socket.Abort();
        });
        timer.Set(settings.ConnectMs);
        await socket.Writable;
        timer.Remove();
        int error = expired ? 0 : socket.TakeError();
        if (expired || error != 0 || socket.IsClosed)
        {
            if (error != 0)
            {
                Told?.Invoke(Libc.Describe(error));
            }

            socket.Close();
            return (null, expired ? EndReason.ConnectTimeout : EndReason.ConnectFailed);
        }

        return (socket, EndReason.Ok);
    }

    private async ValueTask<(SocketTransport? Socket, EndReason Reason)> ConnectByNameAsync(UpstreamSettings settings, string host)
    {
        IReadOnlyList<NetAddress> addresses = resolver is null ? [] : await resolver.ResolveAsync(host);
        if (addresses.Count == 0)
        {
            Tell($"{host} has no address");
            return (null, EndReason.NameUnresolved);
        }

        ConnectRace race = new(loop, sockets);
        SocketTransport? socket = await race.RunAsync(addresses, settings.Address.Port, settings.ConnectMs);
        if (socket is null && race.Fault is { } fault)
        {
            Told?.Invoke(fault);
        }

        return (socket, socket is not null ? EndReason.Ok : race.IsExpired ? EndReason.ConnectTimeout : EndReason.ConnectFailed);
    }

    private async ValueTask<(Transport? Transport, EndReason Reason)> ShakeAsync(SocketTransport socket, UpstreamSettings settings)
    {
        if (settings.Tls!() is not { } context)
        {
            // No certificate means no tunnel, never plain text instead.
            socket.Abort();
            return (null, EndReason.NoCertificate);
        }

        // A server is asked for by its DNS name and by nothing else (RFC 6066, 3).
        string? dnsName = settings.ExpectedName is { } name && !name.Contains("://", StringComparison.Ordinal) && !NetAddress.TryParseHost(name, 0, out _) ? name : null;
        TlsTransport tls = new(socket, context, dnsName);
        LoopTimer timer = new(loop, tls.Abort);
        timer.Set(limits.HandshakeMs);
        bool shaken = await tls.HandshakeAsync();
        timer.Remove();
        if (!shaken || (settings.ExpectedName is not null && !tls.Peer.Matches(settings.ExpectedName)))
        {
            Tell($"TLS to {settings.Name}: {(shaken ? $"it does not prove to be {settings.ExpectedName}" : tls.Fault)}");
            tls.Abort();
            return (null, EndReason.UpstreamTlsFailed);
        }

        if (settings.Alpn is { } wanted && tls.Alpn != wanted)
        {
            Tell($"TLS to {settings.Name}: the server does not choose {wanted} by ALPN but {(tls.Alpn.Length == 0 ? "nothing" : tls.Alpn)}; does it speak {(wanted == "h2" ? "HTTP/2" : wanted)} there?");
            tls.Abort();
            return (null, EndReason.UpstreamTlsFailed);
        }

        return (tls, EndReason.Ok);
    }

    /// <summary>It goes before everything else, TLS included. A new connection has room for it.</summary>
    private static bool SendHeader(SocketTransport socket, ProxyVersion version, Arrival? arrival)
    {
        Span<byte> header = stackalloc byte[ProxyHeaderWriter.Max];
        int length = ProxyHeaderWriter.Write(version, arrival?.Client ?? default, arrival?.Local ?? default, header);
        return socket.TrySend(header[..length]) == length;
    }

    private void Tell(string message)
    {
        if (Told is not null)
        {
            Told(message);
        }
        else if (loop.NowMs - _toldMs >= TellEveryMs)
        {
            _toldMs = loop.NowMs;
            ProxyLog.Warn(message);
        }
    }
}
