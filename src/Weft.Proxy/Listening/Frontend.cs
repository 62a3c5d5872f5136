using Weft.Primitives.Net;
using Weft.Proxy.Buffers;
using Weft.Proxy.Detection;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;

namespace Weft.Proxy.Listening;

/// <summary>
/// What happens to a new connection before its first exchange: TLS, who came, which protocol; then the driver that serves it.
/// One per listener and loop.
/// </summary>
internal sealed class Frontend(EventLoop loop, FrontendSettings settings, ServerDrain drain)
{
    private int _handshaking;

    /// <summary>Connections that ended before their first exchange, because of TLS, detection or admission.</summary>
    public long Rejected { get; private set; }

    public ServerDrain Drain => drain;

    /// <summary>Connections between accept and the end of detection.</summary>
    public int Handshaking => _handshaking;

    /// <summary>Serves the connection to its end. Never throws.</summary>
    public async Task ServeAsync(SocketTransport socket)
    {
        _handshaking++;
        NetAddress destination = settings.ReadsOriginalDestination ? socket.ReadOriginalDestination() : default;
        Transport transport = socket;
        string? identity = null;
        string alpn = "";
        if (settings.Tls is not null)
        {
            TlsTransport? tls = await ShakeAsync(socket);
            if (tls is null)
            {
                _handshaking--;
                Rejected++;
                return;
            }

            transport = tls;
            identity = tls.Peer.SpiffeId;
            alpn = tls.Alpn;
        }

        Arrival arrival = new(socket.Remote, destination, identity);
        ListenProtocol protocol = await settings.Admit(arrival);
        if (settings.Refuses?.Invoke(arrival) == true)
        {
            _handshaking--;
            Rejected++;
            transport.Abort();
            return;
        }

        await DispatchAsync(transport, arrival, Resolve(protocol, alpn));
    }

    private async ValueTask<TlsTransport?> ShakeAsync(SocketTransport socket)
    {
        TlsContext? context = settings.Tls!();
        if (context is null)
        {
            socket.Abort();
            return null;
        }

        TlsTransport tls = new(socket, context);
        LoopTimer timer = new(loop, tls.Abort);
        timer.Set(settings.Limits.HandshakeMs);
        bool shaken = await tls.HandshakeAsync();
        timer.Remove();
        if (shaken && settings.VerifyPeer?.Invoke(tls.Peer) != false)
        {
            return tls;
        }

        if (tls.IsClosed)
        {
            return null;
        }

        // Closed in order, so that the alert with the reason arrives.
        tls.Close();
        return null;
    }

    private static ListenProtocol Resolve(ListenProtocol declared, string alpn) => alpn switch
    {
        "h2" => ListenProtocol.Http2,
        "http/1.1" when declared == ListenProtocol.Auto => ListenProtocol.Http1,
        _ => declared,
    };

    private async ValueTask DispatchAsync(Transport transport, Arrival arrival, ListenProtocol protocol)
    {
        ByteQueue first = new(loop.Pool);
        if (protocol == ListenProtocol.Auto)
        {
            (protocol, first) = await DetectAsync(transport);
        }

        _handshaking--;
        IExchangeHandler handler = settings.MakeHandler(arrival);
        switch (protocol)
        {
            case ListenProtocol.Http1:
                Http1ServerConnection http1 = new(transport, settings.Limits, drain);
                http1.Prefill(first.Bytes);
                first.Release();
                await http1.RunAsync(handler);
                break;
            case ListenProtocol.Http2:
                Http2Connection http2 = new(transport, settings.Limits, isServer: true);
                http2.Prefill(first.Bytes);
                first.Release();
                Task served = http2.RunAsync(handler);
                drain.Enter(http2);
                await served;
                drain.Leave(http2);
                break;
            case ListenProtocol.Opaque:
                OpaqueConnection opaque = new(transport, drain);
                opaque.Prefill(first.Bytes);
                first.Release();
                await opaque.RunAsync(handler);
                break;
            default:
                first.Release();
                Rejected++;
                transport.Abort();
                break;
        }
    }

    /// <summary>Reads until the first bytes tell the protocol; Auto when they never did.</summary>
    private async ValueTask<(ListenProtocol Protocol, ByteQueue First)> DetectAsync(Transport transport)
    {
        ByteQueue first = new(loop.Pool);
        bool expired = false;
        LoopTimer timer = new(loop, () =>
        {
            expired = true;
            transport.Readable.Set();
        });
        timer.Set(settings.Limits.DetectMs);
        ListenProtocol protocol = ListenProtocol.Auto;
        while (!expired)
        {
            int received = transport.TryReceive(first.Reserve(SlabPool.Small));
            if (received == Transport.WouldBlock)
            {
                first.Consume(0);
                await transport.Readable;
                continue;
            }

            if (received <= 0)
            {
                // The client spoke and left: what it said may still be a whole opaque message.
                protocol = received == 0 && !first.IsEmpty ? ListenProtocol.Opaque : ListenProtocol.Auto;
                break;
            }

            first.Commit(received);
            SniffVerdict verdict = ProtocolSniffer.Sniff(first.Bytes);
            if (verdict != SniffVerdict.NeedMore)
            {
                protocol = verdict switch
                {
                    SniffVerdict.Http1 => ListenProtocol.Http1,
                    SniffVerdict.Http2 => ListenProtocol.Http2,
                    _ => ListenProtocol.Opaque,
                };
                break;
            }
        }

        timer.Remove();
        return (protocol, first);
    }
}
