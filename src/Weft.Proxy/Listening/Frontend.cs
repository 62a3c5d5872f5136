using Weft.Primitives.Net;
using Weft.Proxy.Buffers;
using Weft.Proxy.Detection;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Proxy.Telemetry;
using Weft.Routing;

namespace Weft.Proxy.Listening;

/// <summary>
/// What happens to a new connection before its first exchange: TLS, who came, which protocol; then the driver that serves it.
/// One per listener and loop.
/// </summary>
internal sealed class Frontend(EventLoop loop, FrontendSettings settings, ServerDrain drain, Refusals refusals)
{
    private int _handshaking;

    public ServerDrain Drain => drain;

    /// <summary>Connections between accept and the end of detection.</summary>
    public int Handshaking => _handshaking;

    /// <summary>Serves the connection to its end. Never throws.</summary>
    public async Task ServeAsync(Transport socket)
    {
        _handshaking++;
        NetAddress destination = settings.ReadsOriginalDestination ? socket.OriginalDestination : default;
        Transport transport = socket;
        string? identity = null;
        string alpn = "";
        if (settings.Tls is not null)
        {
            TlsTransport? tls = await ShakeAsync(socket);
            if (tls is null)
            {
                _handshaking--;
                return;
            }

            transport = tls;
            identity = tls.Peer.SpiffeId;
            alpn = tls.Alpn;
        }

        Arrival arrival = new(socket.Remote, destination, identity);
        ListenProtocol protocol = await settings.Admit(arrival);
        EndReason refusal = settings.Refuses?.Invoke(arrival) ?? EndReason.Ok;
        if (refusal != EndReason.Ok)
        {
            _handshaking--;
            Refuse(refusal, transport, destination.Family == NetFamily.None ? null : $"on its way to {destination}");
            return;
        }

        await DispatchAsync(transport, arrival, Resolve(protocol, alpn));
    }

    private async ValueTask<TlsTransport?> ShakeAsync(Transport socket)
    {
        TlsContext? context = settings.Tls!();
        if (context is null)
        {
            Refuse(EndReason.NoCertificate, socket, "there is none to show yet");
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
            TellOfHandshake(tls, expired);
        }
        else if (settings.VerifyPeer?.Invoke(tls.Peer) != false)
        {
            return tls;
        }
        else
        {
            refusals.Refuse(EndReason.PeerIdentityWrong, socket.Remote, string.Join(' ', tls.Peer.Uris));
        }

        // Closed in order, so that the alert with the reason arrives.
        tls.Close();
        return null;
    }

    private void TellOfHandshake(TlsTransport tls, bool expired)
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
            refusals.Refuse(reason, tls.Remote, expired ? null : tls.Fault);
        }
    }

    private void Refuse(EndReason reason, Transport transport, string? detail)
    {
        refusals.Refuse(reason, transport.Remote, detail);
        transport.Abort();
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
            EndReason refusal;
            (protocol, first, refusal) = await DetectAsync(transport);
            if (protocol == ListenProtocol.Auto)
            {
                _handshaking--;
                first.Release();
                if (refusal == EndReason.Ok)
                {
                    transport.Close();
                }
                else
                {
                    Refuse(refusal, transport, null);
                }

                return;
            }
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
            default:
                OpaqueConnection opaque = new(transport, drain);
                opaque.Prefill(first.Bytes);
                first.Release();
                await opaque.RunAsync(handler);
                break;
        }
    }

    /// <summary>Reads until the first bytes tell the protocol. Auto when they never did: refused, or, with <see cref="EndReason.Ok"/>, left by the client without a word.</summary>
    private async ValueTask<(ListenProtocol Protocol, ByteQueue First, EndReason Refusal)> DetectAsync(Transport transport)
    {
        ByteQueue first = new(loop.Pool);
        bool expired = false;
        LoopTimer timer = new(loop, () =>
        {
            expired = true;
            transport.Readable.Set();
        });
        timer.Set(settings.Limits.DetectMs);
        SniffVerdict verdict = SniffVerdict.NeedMore;
        while (verdict == SniffVerdict.NeedMore && !expired)
        {
            int received = transport.TryReceive(first.Reserve(SlabPool.Small));
            if (received > 0)
            {
                first.Commit(received);
                verdict = ProtocolSniffer.Sniff(first.Bytes);
            }
            else if (received == Transport.WouldBlock)
            {
                first.Consume(0);
                await transport.Readable;
            }
            else if (received == 0 && !first.IsEmpty)
            {
                // The client spoke and left: what it said may still be a whole opaque message.
                verdict = SniffVerdict.Opaque;
            }
            else
            {
                break;
            }
        }

        timer.Remove();
        return verdict switch
        {
            SniffVerdict.Http1 => (ListenProtocol.Http1, first, EndReason.Ok),
            SniffVerdict.Http2 => (ListenProtocol.Http2, first, EndReason.Ok),
            SniffVerdict.Opaque when settings.TakesOpaque => (ListenProtocol.Opaque, first, EndReason.Ok),
            SniffVerdict.Opaque => (ListenProtocol.Auto, first, EndReason.DownstreamProtocolError),
            _ => (ListenProtocol.Auto, first, expired ? EndReason.DetectTimeout : EndReason.Ok),
        };
    }
}
