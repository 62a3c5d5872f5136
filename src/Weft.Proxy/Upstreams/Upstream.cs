using System.Runtime.CompilerServices;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Security;
using Weft.Routing;

namespace Weft.Proxy.Upstreams;

/// <summary>
/// One endpoint as one loop sees it: its open connections and how many exchanges are on them. HTTP/1 connections rest in a stack, last
/// in first out; HTTP/2 connections are few and shared.
/// </summary>
internal sealed class Upstream
{
    /// <summary>Resting HTTP/1 connections kept per endpoint and loop.</summary>
    private const int IdleMax = 256;

    /// <summary>HTTP/2 connections per endpoint and loop; more only when the streams of all are taken.</summary>
    private const int Http2ConnectionsMax = 16;

    /// <summary>How long the word of a proxy that it leaves counts. It says so again to whoever connects then.</summary>
    private const int LeavingMs = 5_000;

    private readonly EventLoop _loop;
    private readonly IDialer _dialer;
    private readonly ConnectionLimits _limits;
    private readonly List<Http1ClientConnection> _idle = [];
    private readonly List<Http2Connection> _http2 = [];
    private readonly Queue<Signal> _waiting = new();
    private readonly Action<Http1ClientConnection, bool> _givenBack;
    private readonly Action<Http1ClientConnection> _idleClosed;
    private readonly Action<Http2Connection> _http2Ended;
    private readonly Action<Http2Connection> _streamEnded;
    private readonly Action _peerLeaves;
    private HttpVersion _negotiated;
    private bool _dialingHttp2;
    private int _leased;
    private bool _draining;
    private long _leavingUntilMs;

    public Upstream(EventLoop loop, IDialer dialer, UpstreamSettings settings, ConnectionLimits limits)
    {
        _loop = loop;
        _dialer = dialer;
        _limits = limits;
        Settings = settings;
        _givenBack = OnGivenBack;
        _idleClosed = OnIdleClosed;
        _http2Ended = OnHttp2Ended;
        _streamEnded = OnStreamEnded;
        _peerLeaves = () => _leavingUntilMs = _loop.NowMs + LeavingMs;
    }

    public UpstreamSettings Settings { get; }

    public int IdleConnections => _idle.Count;

    /// <summary>Whether an exchange is on it now.</summary>
    public bool IsBusy => _leased > 0 || _dialingHttp2 || _http2.Exists(connection => connection.OpenStreams > 0);

    /// <summary>Whether the far proxy has said that it is about to exit. It still serves, but another endpoint is the better choice.</summary>
    public bool IsLeaving => _loop.NowMs < _leavingUntilMs;

    public int Http2Connections => _http2.Count;

    /// <summary>A lease for an exchange of a client that speaks <paramref name="client"/>. Synchronous whenever a connection is there.</summary>
    /// <param name="wake">The exchange's own signal, for waiting until somebody else's dial is done.</param>
    /// <param name="fresh">A connection that rested has just failed this exchange: it gets none of those.</param>
    /// <param name="arrival">The client whose opaque stream it is.</param>
    public ValueTask<LeaseResult> AcquireAsync(HttpVersion client, Signal wake, bool fresh = false, Arrival? arrival = null) => SpokenTo(client) switch
    {
        HttpVersion.Http2 => TryOpenStream(out Http2Stream? stream) ? new(new LeaseResult(stream, EndReason.Ok)) : DialHttp2Async(client, wake, fresh),
        HttpVersion.Http11 => !fresh && TryTakeIdle(out Http1ClientConnection? connection) ? new(new LeaseResult(connection, EndReason.Ok)) : DialHttp1Async(),
        HttpVersion.None => DialOpaqueAsync(arrival),
        _ => DialHttp2Async(client, wake, fresh),
    };

    /// <summary>Closes what rests and lets what is busy finish; nothing new is leased from here.</summary>
    public void Drain()
    {
        _draining = true;
        CloseIdle();
        foreach (Http2Connection connection in _http2.ToArray())
        {
            connection.Drain();
        }
    }

    /// <summary>Ends connections from which nothing has come since a time: those that rest, and HTTP/2 connections with what is on them.</summary>
    /// <param name="sinceMs">By the loop's clock.</param>
    public void AbandonSilent(long sinceMs)
    {
        // Those that rest have been silent since their last answer; another costs one handshake.
        CloseIdle();
        foreach (Http2Connection connection in _http2.ToArray())
        {
            connection.AbandonIfSilent(sinceMs);
        }
    }

    private void CloseIdle()
    {
        foreach (Http1ClientConnection connection in _idle.ToArray())
        {
            connection.Take(static (_, _) => { });
            connection.Close();
        }

        _idle.Clear();
    }

    private HttpVersion SpokenTo(HttpVersion client) => Settings.Protocol switch
    {
        UpstreamProtocol.Http1 => HttpVersion.Http11,
        UpstreamProtocol.Http2 => HttpVersion.Http2,
        UpstreamProtocol.Opaque => HttpVersion.None,
        _ when client == HttpVersion.None => HttpVersion.None,
        _ when Settings.Tls is null => client == HttpVersion.Http2 && _negotiated != HttpVersion.Http11 ? HttpVersion.Http2 : HttpVersion.Http11,

        // Before the first handshake nobody knows; Http10 stands for "ask ALPN".
        _ => _negotiated == HttpVersion.None ? HttpVersion.Http10 : _negotiated,
    };

    private bool TryTakeIdle([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Http1ClientConnection? connection)
    {
        if (_idle.Count == 0)
        {
            connection = null;
            return false;
        }

        connection = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        connection.Take(_givenBack);
        _leased++;
        return true;
    }

    private bool TryOpenStream([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Http2Stream? stream)
    {
        foreach (Http2Connection connection in _http2)
        {
            if (connection.HasRoom)
            {
                stream = connection.Open();
                return true;
            }
        }

        stream = null;
        return false;
    }

    private async ValueTask<LeaseResult> DialHttp1Async()
    {
        long startedUs = _loop.NowUs;
        (Transport? transport, EndReason reason) = await _dialer.DialAsync(Settings, null);
        return transport is null ? new(null, reason, _loop.NowUs - startedUs) : LeaseHttp1(transport, startedUs);
    }

    private async ValueTask<LeaseResult> DialOpaqueAsync(Arrival? arrival)
    {
        long startedUs = _loop.NowUs;
        (Transport? transport, EndReason reason) = await _dialer.DialAsync(Settings, arrival);
        return new(transport is null ? null : new OpaqueConnection(transport), reason, _loop.NowUs - startedUs);
    }

    /// <summary>Waits for room on a shared connection; one of those who wait dials.</summary>
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private async ValueTask<LeaseResult> DialHttp2Async(HttpVersion client, Signal wake, bool fresh)
    {
        while (true)
        {
            if (TryOpenStream(out Http2Stream? stream))
            {
                return new(stream, EndReason.Ok);
            }

            if (_dialingHttp2 || _http2.Count >= Http2ConnectionsMax)
            {
                _waiting.Enqueue(wake);
                await wake;
                if (SpokenTo(client) == HttpVersion.Http11)
                {
                    return await AcquireAsync(client, wake, fresh);
                }

                continue;
            }

            _dialingHttp2 = true;
            long startedUs = _loop.NowUs;
            (Transport? transport, EndReason reason) = await _dialer.DialAsync(Settings, null);
            _dialingHttp2 = false;
            if (transport is null)
            {
                WakeWaiting();
                return new(null, reason, _loop.NowUs - startedUs);
            }

            if (Settings.Tls is not null && Settings.Protocol == UpstreamProtocol.Auto)
            {
                _negotiated = ((TlsTransport)transport).Alpn == "h2" ? HttpVersion.Http2 : HttpVersion.Http11;
            }

            if (SpokenTo(client) == HttpVersion.Http11)
            {
                WakeWaiting();
                return LeaseHttp1(transport, startedUs);
            }

            Http2Connection connection = new(transport, _limits, isServer: false)
            {
                Ended = _http2Ended,
                StreamEnded = _streamEnded,
                PeerLeaves = _peerLeaves,
                KeepAliveMs = Settings.KeepAliveMs,
                KeepsScheme = Settings.IsForwardProxy,
            };
            _ = connection.RunAsync(handler: null);
            if (_negotiated == HttpVersion.None && !await ConfirmAsync(connection))
            {
                WakeWaiting();
                return await AcquireAsync(client, wake, fresh);
            }

            _http2.Add(connection);
            Http2Stream opened = connection.Open();
            WakeWaiting();
            return new(opened, EndReason.Ok, _loop.NowUs - startedUs);
        }
    }

    /// <summary>
    /// In the clear nothing says what a server speaks, so the first connection with prior knowledge of HTTP/2 waits until the server has
    /// answered in it. One that does not is spoken to in HTTP/1.1 from then on.
    /// </summary>
    private async ValueTask<bool> ConfirmAsync(Http2Connection connection)
    {
        if (Settings.Protocol == UpstreamProtocol.Auto)
        {
            _dialingHttp2 = true;
            LoopTimer timer = new(_loop, () => connection.Abort(StreamFault.Timeout));
            timer.Set(Settings.ConnectMs);
            while (!connection.IsConfirmed && !connection.HasEnded)
            {
                await connection.Opened;
            }

            timer.Remove();
            _dialingHttp2 = false;
            _negotiated = connection.IsConfirmed ? HttpVersion.Http2 : HttpVersion.Http11;
        }

        return _negotiated != HttpVersion.Http11;
    }

    private LeaseResult LeaseHttp1(Transport transport, long dialledUs)
    {
        Http1ClientConnection connection = new(transport, _limits) { ToProxy = Settings.IsForwardProxy };
        connection.Take(_givenBack);
        _leased++;
        return new(connection, EndReason.Ok, _loop.NowUs - dialledUs);
    }

    private void OnGivenBack(Http1ClientConnection connection, bool reusable)
    {
        _leased--;
        if (!reusable || _draining)
        {
            if (reusable)
            {
                connection.Close();
            }

            return;
        }

        if (_idle.Count >= IdleMax)
        {
            connection.Close();
            return;
        }

        _idle.Add(connection);
        connection.Rest(_idleClosed);
    }

    private void OnIdleClosed(Http1ClientConnection connection) => _idle.Remove(connection);

    private void OnHttp2Ended(Http2Connection connection)
    {
        _http2.Remove(connection);
        WakeWaiting();
    }

    private void OnStreamEnded(Http2Connection connection)
    {
        if (_waiting.TryDequeue(out Signal? signal))
        {
            signal.Set();
        }
    }

    private void WakeWaiting()
    {
        while (_waiting.TryDequeue(out Signal? signal))
        {
            signal.Set();
        }
    }
}
