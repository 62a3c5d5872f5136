using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Routing;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Upstreams;

/// <summary>Opens a transport to an upstream: connect, TLS, and the check of who answered.</summary>
internal sealed class Dialer(EventLoop loop, SocketFactory sockets, ConnectionLimits limits) : IDialer
{
    /// <summary>A failing upstream is dialled often; its reason is told once in a while.</summary>
    private const long TellEveryMs = 1_000;

    private long _toldMs = -TellEveryMs;

    public async ValueTask<(Transport? Transport, EndReason Reason)> DialAsync(UpstreamSettings settings, Arrival? arrival)
    {
        SocketTransport? socket = sockets.Connect(loop, settings.Address, out _);
        if (socket is null)
        {
            return (null, EndReason.ConnectFailed);
        }

        bool expired = false;
        Transport current = socket;
        LoopTimer timer = new(loop, () =>
        {
            expired = true;
            current.Abort();
        });
        timer.Set(settings.ConnectMs);
        await socket.Writable;
        if (expired || socket.TakeError() != 0 || socket.IsClosed)
        {
            timer.Remove();
            socket.Close();
            return (null, expired ? EndReason.ConnectTimeout : EndReason.ConnectFailed);
        }

        if (settings.ProxyHeader != ProxyVersion.None && !SendHeader(socket, settings.ProxyHeader, arrival))
        {
            timer.Remove();
            socket.Abort();
            return (null, EndReason.ConnectFailed);
        }

        if (settings.Tls is null)
        {
            timer.Remove();
            return (socket, EndReason.Ok);
        }

        if (settings.Tls() is not { } context)
        {
            // No certificate means no tunnel, never plain text instead.
            timer.Remove();
            socket.Abort();
            return (null, EndReason.NoCertificate);
        }

        string? dnsName = settings.ExpectedName is { } name && !name.Contains("://", StringComparison.Ordinal) ? name : null;
        TlsTransport tls = new(socket, context, dnsName);
        current = tls;
        timer.Set(limits.HandshakeMs);
        bool shaken = await tls.HandshakeAsync();
        timer.Remove();
        if (!shaken || (settings.ExpectedName is not null && !tls.Peer.Matches(settings.ExpectedName)))
        {
            Tell($"TLS to {settings.Address}: {(shaken ? $"it does not prove to be {settings.ExpectedName}" : tls.Fault)}");
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
        if (loop.NowMs - _toldMs >= TellEveryMs)
        {
            _toldMs = loop.NowMs;
            ProxyLog.Warn(message);
        }
    }
}
