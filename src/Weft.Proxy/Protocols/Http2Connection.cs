using System.Diagnostics;
using Weft.Primitives.Http;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Routing;
using Weft.Wire.Http2;
using Weft.Wire.Http2.Hpack;

namespace Weft.Proxy.Protocols;

/// <summary>
/// One HTTP/2 connection in either role (RFC 9113). One reader turns frames into streams; everything written during a turn of the
/// loop goes out together at its end, so that many streams share records and system calls.
/// </summary>
internal sealed partial class Http2Connection : IFlushable
{
    /// <summary>What a peer may send on one stream before we have passed it on (limits sheet).</summary>
    private const int StreamWindow = 64 * 1024;

    private const int ConnectionWindow = 1024 * 1024;

    /// <summary>Unsent bytes at which streams are told to wait. Heads and control frames may exceed it, up to <see cref="UnsentHardMax"/>.</summary>
    private const int UnsentSoftMax = 128 * 1024;

    /// <summary>Unsent bytes at which the connection is given up: its peer makes us write and does not read.</summary>
    private const int UnsentHardMax = 1024 * 1024;

    /// <summary>Control frames (answers to the peer's pings, settings and faults) that may wait to be sent.</summary>
    private const int ControlFramesMax = 1_000;

    /// <summary>What is drained after a connection error, so that the peer sees our GOAWAY and not a reset.</summary>
    private const int LingerBytesMax = 64 * 1024;

    private readonly Transport _transport;
    private readonly ConnectionLimits _limits;
    private readonly bool _isServer;
    private readonly HpackDecoder _decoder = new(4096);
    private readonly Dictionary<int, Http2Stream> _streams = [];
    private readonly Stack<Http2Stream> _spare = new();
    private readonly List<Signal> _waitingForSettings = [];
    private readonly LoopTimer _timer;
    private readonly Action _flushMore;
    private readonly long _retiresAtMs;
    private IExchangeHandler? _handler;
    private PeerSettings _peer = new();
    private ByteQueue _input;
    private int _sendWindow = ushort.MaxValue;
    private int _nextStreamId;
    private int _lastPeerStreamId;
    private bool _goAwaySent;
    private bool _goAwayReceived;
    private bool _settingsReceived;
    private bool _ended;

    public Http2Connection(Transport transport, ConnectionLimits limits, bool isServer)
    {
        _transport = transport;
        _limits = limits;
        _isServer = isServer;
        Loop = transport.Loop;
        Opened = new Signal(Loop);
        _input = new ByteQueue(Loop.Pool);
        _unsent = new ByteQueue(Loop.Pool);
        _fieldBlock = new ByteQueue(Loop.Pool);
        _nextStreamId = isServer ? 2 : 1;
        _peer.EnablePush = isServer;
        _flushMore = FlushMore;
        _timer = new LoopTimer(Loop, OnTimer);
        _retiresAtMs = isServer ? Loop.NowMs + limits.DrawAgeMs() : long.MaxValue;
        WriteOpening();
    }

    public EventLoop Loop { get; }

    public Transport Transport => _transport;

    /// <summary>Set when the peer's first SETTINGS have arrived, or the connection has ended without them.</summary>
    public Signal Opened { get; }

    /// <summary>Whether the peer has shown that it speaks HTTP/2.</summary>
    public bool IsConfirmed => _settingsReceived;

    public bool HasEnded => _ended;

    /// <summary>
    /// Requests keep the scheme that their client gave, because a forward proxy is asked for the URI as a whole. Else the scheme says what the connection is: there
    /// are servers that refuse anything else.
    /// </summary>
    public bool KeepsScheme { get; init; }

    /// <summary>Called once, when the connection has ended.</summary>
    public Action<Http2Connection>? Ended { get; set; }

    /// <summary>Called when a stream has ended, so that a waiting exchange may take its place.</summary>
    public Action<Http2Connection>? StreamEnded { get; set; }

    public int OpenStreams => _streams.Count;

    /// <summary>Whether new exchanges may be opened here.</summary>
    public bool IsOpen => !_ended && !_goAwayReceived && !_goAwaySent && _nextStreamId < int.MaxValue - 2;

    /// <summary>Whether the peer's limit leaves room for another stream.</summary>
    public bool HasRoom => IsOpen && _streams.Count < Math.Min(_peer.MaxConcurrentStreams, (uint)_limits.StreamsMax);

    /// <summary>Whether the peer takes extended CONNECT (RFC 8441); waits for its settings, which say so.</summary>
    /// <param name="stream">The stream that waits, on which nothing has been sent.</param>
    /// <param name="wake">The exchange's own signal.</param>
    public async ValueTask<bool> TakesExtendedConnectAsync(Http2Stream stream, Signal wake)
    {
        if (!_settingsReceived && !_ended)
        {
            _waitingForSettings.Add(wake);
            await wake;
            Renumber(stream);
        }

        return _peer.EnableConnectProtocol && !_ended;
    }

    /// <summary>How long it may rest without a stream.</summary>
    public int IdleMs => _limits.IdleMs;

    /// <summary>Shortens the present rest, if it rests.</summary>
    public void RestLess(int restMs)
    {
        if (_streams.Count == 0 && _timer.IsSet && _timer.DeadlineMs - Loop.NowMs > restMs)
        {
            _timer.Set(restMs);
        }
    }

    public void Prefill(ReadOnlySpan<byte> bytes) => _input.Append(bytes);

    /// <summary>Reads until the connection ends. A server hands each request to the handler.</summary>
    public async Task RunAsync(IExchangeHandler? handler)
    {
        _handler = handler;
        _timer.Set(_isServer ? _limits.HeadMs : _limits.IdleMs);
        bool prefaceDone = !_isServer;
        BeginKeepAlive();
        while (!_ended)
        {
            if (!prefaceDone && !(prefaceDone = TakePreface()) && _ended)
            {
                break;
            }

            if (prefaceDone && !ReadFrames())
            {
                break;
            }

            int wanted = _input.IsEmpty ? SlabPool.Medium : FrameHeader.Size + FrameHeader.PayloadMin;
            if (!_input.MayReserve(wanted))
            {
                Count(EndReason.Overloaded);
                End(StreamFault.Overloaded);
                break;
            }

            int received = _transport.TryReceive(_input.Reserve(wanted));
            if (received > 0)
            {
                _input.Commit(received);
                _heard = true;
                _heardMs = Loop.NowMs;
            }
            else if (received == Transport.WouldBlock)
            {
                _input.Consume(0);
                await _transport.Readable;
            }
            else
            {
                break;
            }
        }

        if (_lingers)
        {
            await LingerAsync();
        }

        End(StreamFault.PeerReset);
    }

    /// <summary>Additional debug data of a GOAWAY (RFC 9113, 6.8) by which a proxy tells the other that it is about to exit.</summary>
    private static ReadOnlySpan<byte> Leaving => "weft-leaving"u8;

    /// <summary>Called when the peer has said that its whole process leaves.</summary>
    public Action? PeerLeaves { get; init; }

    /// <summary>Opens a stream as a client. The caller has looked at <see cref="HasRoom"/>.</summary>
    public Http2Stream Open()
    {
        Debug.Assert(HasRoom, "looked at before");
        Http2Stream stream = Rent(_nextStreamId);
        _nextStreamId += 2;
        stream.IsReused = stream.Id > 1;
        return stream;
    }

    /// <summary>Graceful end: no new streams, those that are open finish (RFC 9113, 6.8).</summary>
    /// <param name="leaving">The whole process leaves, so that the peer does better to go elsewhere than to connect again.</param>
    public void Drain(bool leaving = false)
    {
        if (_ended || _goAwaySent)
        {
            return;
        }

        // A server first announces and keeps accepting what is already on its way; the second frame names the last stream.
        SendGoAway(_isServer ? int.MaxValue : 0, ErrorCode.NoError, leaving ? Leaving : []);
        _goAwaySent = true;
        _timer.Set(_isServer ? Math.Min(_limits.DrainIdleMs, 1_000) : 1);
    }

    /// <summary>Ends now; streams that are open fail.</summary>
    public void Abort(StreamFault fault)
    {
        if (!_ended)
        {
            End(fault);
        }
    }

    internal void Recycle(Http2Stream stream)
    {
        if (_streams.Remove(stream.Id))
        {
            _resetByPeer -= stream.WasResetByPeer ? 1 : 0;
            if (_spare.Count < _limits.StreamsMax)
            {
                _spare.Push(stream);
            }

            if (_streams.Count == 0 && !_ended)
            {
                if (_goAwaySent && _finalGoAwaySent)
                {
                    CloseInOrder();
                    return;
                }

                // The second frame of a graceful end must not wait for an idle connection's turn.
                _timer.Set(_goAwaySent ? _limits.DrainIdleMs : _limits.IdleMs);
            }

            StreamEnded?.Invoke(this);
        }
    }

    private Http2Stream Rent(int id)
    {
        if (!_spare.TryPop(out Http2Stream? stream))
        {
            stream = new Http2Stream(this, _isServer);
            if (_handler is not null)
            {
                _ = stream.ServeForeverAsync(_handler);
            }
        }

        stream.Begin(id, _peer.InitialWindowSize, StreamWindow);
        _streams.Add(id, stream);
        return stream;
    }

    /// <summary>Requests may have gone out on streams behind one that had to wait, and the numbers of new streams only rise (RFC 9113, 5.1.1).</summary>
    private void Renumber(Http2Stream stream)
    {
        if (stream.Id < _nextStreamId - 2 && _streams.Remove(stream.Id))
        {
            stream.Renumber(_nextStreamId);
            _streams.Add(_nextStreamId, stream);
            _nextStreamId += 2;
        }
    }

    private bool TakePreface()
    {
        ReadOnlySpan<byte> preface = FrameHeader.ClientPreface;
        ReadOnlySpan<byte> here = _input.Bytes;
        int length = Math.Min(here.Length, preface.Length);
        if (!here[..length].SequenceEqual(preface[..length]))
        {
            Fail(ErrorCode.ProtocolError);
            return false;
        }

        if (length < preface.Length)
        {
            return false;
        }

        _input.ConsumeKeeping(preface.Length);
        return true;
    }

    private void OnTimer()
    {
        if (_ended)
        {
            _transport.Close();
            return;
        }

        if (_isServer && !_settingsReceived)
        {
            Fail(ErrorCode.SettingsTimeout);
            return;
        }

        if (_goAwaySent && !_finalGoAwaySent)
        {
            SendGoAway(_lastPeerStreamId, ErrorCode.NoError);
            _finalGoAwaySent = true;
            if (_streams.Count == 0)
            {
                CloseInOrder();
            }
        }
        else if (_streams.Count == 0)
        {
            // Idle: the same graceful way, so that a request on its way is not lost.
            Drain();
        }
    }

    private bool _finalGoAwaySent;
    private bool _lingers;

    private void CloseInOrder()
    {
        Flush();
        _ended = true;
        _keepAlive?.Remove();
        _timer.Remove();
        _input.Release();
        _transport.Close();
        Ended?.Invoke(this);
    }

    /// <summary>Ends the connection because of what the peer did (RFC 9113, 5.4.1).</summary>
    private void Fail(ErrorCode code)
    {
        if (_ended)
        {
            return;
        }

        _handler?.OnRefused(code switch
        {
            ErrorCode.EnhanceYourCalm => EndReason.DownstreamFlood,
            ErrorCode.SettingsTimeout => EndReason.HeadTimeout,
            _ => EndReason.DownstreamProtocolError,
        });
        SendGoAway(_lastPeerStreamId, code);
        _lingers = !_waitingToFlush;
        End(StreamFault.Protocol);
        _transport.ShutdownSend();
        if (_lingers)
        {
            // Whoever waits to read looks again and goes on to the lingering.
            _timer.Set(_limits.LingerMs);
            _transport.Readable.Set();
        }
    }

    /// <summary>Reads and forgets a little, until the peer closes or the time is up: a close with unread bytes would destroy our last frame.</summary>
    private async ValueTask LingerAsync()
    {
        for (int drained = 0; drained < LingerBytesMax && !_transport.IsClosed;)
        {
            int received = _transport.TryReceive(_input.Reserve(SlabPool.Small));
            if (received > 0)
            {
                drained += received;
            }
            else if (received == Transport.WouldBlock)
            {
                _input.Release();
                await _transport.Readable;
            }
            else
            {
                break;
            }
        }

        _timer.Remove();
        _input.Release();
        _transport.Close();
    }

    private void End(StreamFault fault)
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _keepAlive?.Remove();
        _timer.Remove();
        foreach (Http2Stream stream in _streams.Values.ToArray())
        {
            stream.OnConnectionEnded(fault);
        }

        Flush();
        _input.Release();
        _fieldBlock.Release();
        _fieldBlockTimer?.Remove();
        _unsent.Release();
        if (!_lingers)
        {
            _transport.Close();
        }

        OnOpened();
        Ended?.Invoke(this);
    }

    private void OnOpened()
    {
        Opened.Set();
        foreach (Signal waiting in _waitingForSettings)
        {
            waiting.Set();
        }

        _waitingForSettings.Clear();
    }
}
