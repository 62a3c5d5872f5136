using Weft.Primitives.Net;
using Weft.Proxy.Detection;
using Weft.Proxy.Engine;
using Weft.Proxy.Names;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Routing;
using Weft.Wire;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Listening;

/// <summary>
/// What happens to a new connection before its first exchange: TLS, who came, which protocol; then the driver that serves it.
/// One per listener and loop.
/// </summary>
internal sealed class Frontend(EventLoop loop, FrontendSettings settings, ServerDrain drain, Meters meters, Refusals refusals)
{
    private readonly DestinationMemory _memory = new();
    private readonly IdleConnections _http1 = new(loop, settings.Limits, drain)
    {
        Remake = (client, destination) => settings.MakeHandler(new Arrival(client, destination, null)),
    };
    private int _handshaking;

    /// <summary>A fatal alert, unrecognized_name (RFC 8446, 6; RFC 6066, 3).</summary>
    private static ReadOnlySpan<byte> UnrecognizedName => [21, 3, 3, 0, 2, 2, 112];

    public ServerDrain Drain => drain;

    /// <summary>Connections between accept and the end of detection.</summary>
    public int Handshaking => _handshaking;

    /// <summary>Serves the connection. Never throws.</summary>
    /// <param name="socket">The new connection.</param>
    /// <param name="ended">Called when it ends later than this method does.</param>
    /// <returns>True when the connection has ended, false when it goes on and <paramref name="ended"/> will tell.</returns>
    public async Task<bool> ServeAsync(Transport socket, Action ended)
    {
        _handshaking++;
        Arrival? arrival = await ArriveAsync(socket);
        if (arrival is null)
        {
            _handshaking--;
            return true;
        }

        Transport transport = socket;
        string alpn = "";
        if (settings.Tls is not null)
        {
            TlsTransport? tls = await ShakeAsync(socket, arrival.Client);
            if (tls is null)
            {
                _handshaking--;
                return true;
            }

            transport = tls;
            arrival = arrival with { Identity = tls.Peer.SpiffeId };
            alpn = tls.Alpn;
        }

        ListenProtocol protocol = await settings.Admit(arrival);
        EndReason refusal = settings.Refuses?.Invoke(arrival) ?? EndReason.Ok;
        if (refusal != EndReason.Ok)
        {
            _handshaking--;
            NetAddress destination = arrival.OriginalDestination;
            Refuse(refusal, transport, arrival.Client, destination.Family == NetFamily.None ? null : $"on its way to {destination}");
            return true;
        }

        return await DispatchAsync(transport, arrival, Resolve(protocol, alpn), ended);
    }

    /// <summary>Who came and where to, as the kernel or a trusted proxy in front says; null when it was refused.</summary>
    private async ValueTask<Arrival?> ArriveAsync(Transport socket)
    {
        Arrival arrival = new(socket.Remote, settings.ReadsOriginalDestination ? Ipv6.Known(socket.OriginalDestination) : default, null)
        {
            Local = settings.ReadsLocalAddress ? socket.Local : default,
        };
        if (settings.TakesProxyHeader?.Invoke(socket.Remote) != true)
        {
            return arrival;
        }

        (ReadStatus status, ProxyHeader header) = await ProxyHeaderReception.ReceiveAsync(socket, settings.Limits.DetectMs);
        if (status != ReadStatus.Done)
        {
            Refuse(status == ReadStatus.NeedMore ? EndReason.DetectTimeout : EndReason.ProxyHeaderInvalid, socket, socket.Remote, "a PROXY header is required");
            return null;
        }

        if (header.Version == ProxyVersion.None)
        {
            socket.Close();
            return null;
        }

        return header.Source.Family == NetFamily.None ? arrival : arrival with { Client = header.Source, Local = header.Destination };
    }

    private async ValueTask<TlsTransport?> ShakeAsync(Transport socket, NetAddress client)
    {
        TlsContext? context = settings.Tls!();
        if (context is null)
        {
            Refuse(EndReason.NoCertificate, socket, client, "there is none to show yet");
            return null;
        }

        TlsTransport tls = new(socket, context);
        bool expired = false;
        LoopTimer timer = new(loop, () =>
        {
            expired = true;
            tls.Abort();
        });
        timer.Set(settings.Limits.HandshakeMs);
        bool shaken = await tls.HandshakeAsync();
        timer.Remove();
        if (!shaken)
        {
            TellOfHandshake(tls, client, expired);
        }
        else if (settings.VerifyPeer?.Invoke(tls.Peer) != false)
        {
            return tls;
        }
        else
        {
            refusals.Refuse(EndReason.PeerIdentityWrong, client, string.Join(' ', tls.Peer.Uris));
        }

        // Closed in order, so that the alert with the reason arrives.
        tls.Close();
        return null;
    }

    private void TellOfHandshake(TlsTransport tls, NetAddress client, bool expired)
    {
        EndReason reason = tls.HandshakeFault switch
        {
            _ when expired => EndReason.HandshakeTimeout,
            HandshakeFault.NoCertificate => EndReason.PeerCertificateMissing,
            HandshakeFault.UnknownIssuer => EndReason.PeerIssuerUnknown,
            HandshakeFault.Expired => EndReason.PeerCertificateExpired,
            HandshakeFault.InvalidCertificate => EndReason.PeerCertificateInvalid,
            _ => EndReason.DownstreamTlsFailed,
        };
        if (expired || tls.HandshakeFault != HandshakeFault.NothingSaid)
        {
            refusals.Refuse(reason, client, expired ? null : tls.Fault);
        }
    }

    private void Refuse(EndReason reason, Transport transport, NetAddress client, string? detail)
    {
        refusals.Refuse(reason, client, detail);
        transport.Abort();
    }

    private static ListenProtocol Resolve(ListenProtocol declared, string alpn) => alpn switch
    {
        "h2" => ListenProtocol.Http2,
        "http/1.1" when declared is ListenProtocol.Auto or ListenProtocol.Http => ListenProtocol.Http1,
        _ => declared,
    };

    private ValueTask<bool> DispatchAsync(Transport transport, Arrival arrival, ListenProtocol protocol, Action ended)
    {
        if (protocol is ListenProtocol.Auto or ListenProtocol.Http)
        {
            return DetectAsync(transport, arrival, settings.TakesOpaque && protocol == ListenProtocol.Auto, ended);
        }

        if (protocol == ListenProtocol.Opaque && settings.ServerNamesOf?.Invoke(arrival) is { } knows)
        {
            return GoByNameAsync(transport, arrival, knows, new FirstBytes(transport, settings.Limits.DetectMs));
        }

        _handshaking--;
        return RunAsync(transport, arrival, protocol, default, ended);
    }

    /// <summary>Finds out what the client speaks and serves it.</summary>
    private async ValueTask<bool> DetectAsync(Transport transport, Arrival arrival, bool takesOpaque, Action ended)
    {
        FirstBytes first = new(transport, settings.Limits.DetectMs);
        SpeculativeConnection? early = null;
        Task? served = null;
        NetAddress destination = arrival.OriginalDestination;
        if (takesOpaque && settings.MayDialFirst?.Invoke(arrival) == true)
        {
            first.Quiet = () =>
            {
                early = new(transport, drain, _memory.Of(destination) == Detected.ServerFirst) { ServerSpoke = first.ServerSpoke };
                served = early.RunAsync(settings.MakeHandler(arrival));
            };
        }

        Detected found = await first.DetectAsync(_memory.PatienceMs(destination));
        if (found != Detected.Nothing)
        {
            meters.Found(found);
            _memory.Note(destination, found);
        }

        if (found == Detected.Tls && settings.ServerNamesOf?.Invoke(arrival) is { } knows)
        {
            return await GoByNameAsync(transport, arrival, knows, first);
        }

        _handshaking--;
        ListenProtocol protocol = Serve(found);
        if (protocol == ListenProtocol.Opaque && takesOpaque && early is { IsAlive: true })
        {
            early.Decide(first.Bytes);
            first.Release();
            await served!;
            return true;
        }

        early?.Withdraw();
        if (protocol == ListenProtocol.Auto || (protocol == ListenProtocol.Opaque && !takesOpaque))
        {
            EndUnserved(transport, arrival.Client, first, found);
            return true;
        }

        return await RunAsync(transport, arrival, protocol, first, ended);
    }

    /// <summary>Serves an opaque stream by the server name that its TLS asks for.</summary>
    private async ValueTask<bool> GoByNameAsync(Transport transport, Arrival arrival, Func<string, bool> knows, FirstBytes first)
    {
        (ReadStatus status, string name) = await first.ReadHelloAsync();
        _handshaking--;
        if (status == ReadStatus.NeedMore)
        {
            EndUnserved(transport, arrival.Client, first, Detected.Nothing);
        }
        else if (knows(name))
        {
            arrival = arrival with { ServerName = name };
            await RunAsync(transport, settings.MakeHandler(arrival), ListenProtocol.Opaque, first);
        }
        else if (status == ReadStatus.Done)
        {
            first.Release();
            refusals.Refuse(EndReason.ServerNameUnknown, arrival.Client, name);
            transport.TrySend(UnrecognizedName);
            transport.Close();
        }
        else
        {
            first.Release();
            Refuse(EndReason.DownstreamProtocolError, transport, arrival.Client, "only TLS is taken here");
        }

        return true;
    }

    private static ListenProtocol Serve(Detected found) => found switch
    {
        Detected.Nothing => ListenProtocol.Auto,
        Detected.Http1 => ListenProtocol.Http1,
        Detected.Http2 => ListenProtocol.Http2,
        _ => ListenProtocol.Opaque,
    };

    private void EndUnserved(Transport transport, NetAddress client, FirstBytes first, Detected found)
    {
        first.Release();
        if (found != Detected.Nothing)
        {
            Refuse(EndReason.DownstreamProtocolError, transport, client, "only HTTP is taken here");
        }
        else if (first.IsExpired)
        {
            Refuse(EndReason.DetectTimeout, transport, client, null);
        }
        else
        {
            // It left without a word.
            transport.Close();
        }
    }

    /// <summary>Whether the kernel tells all that is known of an arrival, so that it need not be remembered.</summary>
    private bool IsTold(Arrival arrival)
        => settings.Tls is null && settings.TakesProxyHeader is null && !settings.ReadsLocalAddress && arrival.Identity is null && arrival.ServerName.Length == 0;

    private ValueTask<bool> RunAsync(Transport transport, Arrival arrival, ListenProtocol protocol, FirstBytes? first, Action ended)
    {
        IExchangeHandler handler = settings.MakeHandler(arrival);
        if (protocol != ListenProtocol.Http1)
        {
            return RunAsync(transport, handler, protocol, first);
        }

        _http1.Serve(transport, handler, Take(first), ended, IsTold(arrival) ? arrival.OriginalDestination : null);
        first?.Release();
        return new(false);
    }

    private async ValueTask<bool> RunAsync(Transport transport, IExchangeHandler handler, ListenProtocol protocol, FirstBytes? first)
    {
        switch (protocol)
        {
            case ListenProtocol.Http2:
                Http2Connection http2 = new(transport, settings.Limits, isServer: true);
                http2.Prefill(Take(first));
                first?.Release();
                Task served = http2.RunAsync(handler);
                drain.Enter(http2);
                await served;
                drain.Leave(http2);
                break;
            default:
                OpaqueConnection opaque = new(transport, drain);
                opaque.Prefill(Take(first));
                first?.Release();
                await opaque.RunAsync(handler);
                break;
        }

        return true;
    }

    private static ReadOnlySpan<byte> Take(FirstBytes? first) => first is null ? default : first.Bytes;
}
