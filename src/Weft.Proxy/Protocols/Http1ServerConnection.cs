using System.Runtime.CompilerServices;
using Weft.Primitives.Http;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Routing;
using Weft.Wire;
using Weft.Wire.Http1;

namespace Weft.Proxy.Protocols;

/// <summary>The server's role of HTTP/1: requests one after another from one client, answered in order (RFC 9112, 9.3).</summary>
internal sealed class Http1ServerConnection : Http1Connection
{
    /// <summary>Bytes of an unread request that are drained before a close, so that the client sees the answer and not a reset.</summary>
    private const int LingerBytesMax = 64 * 1024;

    private readonly ConnectionLimits _limits;
    private readonly LoopTimer _timer;
    private readonly ServerDrain _drain;
    private readonly Action _onBroken;
    private IExchangeHandler? _handler;
    private bool _expired;
    private bool _rests;
    private bool _inExchange;
    private bool _requestWasHead;
    private bool _keepAlive;
    private bool _clientKeepsAlive;
    private bool _clientIsHttp10;
    private bool _continued;
    private bool _closeAfter;

    /// <summary>A driver without a connection yet.</summary>
    public Http1ServerConnection(EventLoop loop, ConnectionLimits limits, ServerDrain drain)
        : base(loop)
    {
        _limits = limits;
        _drain = drain;
        _timer = new LoopTimer(loop, OnTimer);
        _onBroken = OnBroken;
    }

    public Http1ServerConnection(Transport transport, ConnectionLimits limits, ServerDrain drain)
        : this(transport.Loop, limits, drain)
        => Attach(transport, Loop.NowMs + limits.DrawAgeMs());

    /// <summary>Whether <see cref="RunAsync"/> also ends when the connection rests.</summary>
    public bool MayRest { get; init; }

    /// <summary>Loop time at which the connection is too old for another exchange.</summary>
    public long RetiresAtMs { get; private set; }

    /// <summary>Loop time at which it began to wait for a request.</summary>
    public long IdleSinceMs { get; private set; }

    /// <summary>Takes on a connection, the first one or after the last one has come to rest.</summary>
    public void Attach(Transport transport, long retiresAtMs)
    {
        Attach(transport);
        RetiresAtMs = retiresAtMs;
        _expired = _rests = false;
        transport.Broken = _onBroken;
    }

    /// <summary>Serves until the connection ends, then closes it.</summary>
    /// <returns>False when it rests instead: it is open, nothing is under way, and this driver is free for another.</returns>
    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    public async ValueTask<bool> RunAsync(IExchangeHandler handler)
    {
        _handler = handler;
        _drain.Enter(this);
        while (await ReceiveRequestAsync())
        {
            _inExchange = true;
            await handler.ServeAsync(this);
            _inExchange = false;
            if (!CanServeNext())
            {
                break;
            }
        }

        if (_rests)
        {
            Transport.Broken = null;
            Head.Release();
            Trailers.Release();
        }
        else
        {
            await CloseAsync();
        }

        _drain.Leave(this);
        return !_rests;
    }

    /// <summary>Bytes that detection has received already.</summary>
    public void Prefill(ReadOnlySpan<byte> bytes) => Input.Append(bytes);

    /// <summary>
    /// Asks for the connection to end: with the answer to the exchange that is going on, or to the next one if it comes soon. Closing an
    /// idle connection at once would race with a request that is already on its way.
    /// </summary>
    public void Drain()
    {
        if (!_inExchange && Input.IsEmpty)
        {
            _timer.Set(_limits.DrainIdleMs);
        }
    }

    /// <summary>The proxy runs short of something: a connection that rests may not do so for long.</summary>
    public void RestLess()
    {
        if (!_inExchange && Input.IsEmpty && _timer.DeadlineMs - Loop.NowMs > _drain.RestMs(_limits.IdleMs))
        {
            _timer.Set(_drain.RestMs(_limits.IdleMs));
        }
    }

    public override void WriteHead(MessageHead head)
    {
        bool interim = head.Status < 200 && head.Status != 101;
        if (!interim)
        {
            PrepareFinalHead(head);
        }

        WriteHead(head, isRequest: false, _requestWasHead, _clientIsHttp10 && !interim);
        _continued |= head.Status == 100;
        if (!interim)
        {
            bool hasBody = head.Framing != BodyFraming.None && !_requestWasHead;
            BeginWriting(
                hasBody && head.Framing == BodyFraming.Chunked,
                hasBody && head.Framing is BodyFraming.UntilClose or BodyFraming.Tunnel,
                hasBody && head.Framing == BodyFraming.Length ? head.ContentLength : -1);
        }
    }

    public override void Abort(StreamFault fault)
    {
        _timer.Remove();
        base.Abort(fault);
    }

    private void PrepareFinalHead(MessageHead head)
    {
        // A body of unknown length is chunked for those who understand it, and ends with the connection for the others.
        if (head.Framing is BodyFraming.Http2Stream && head.ContentLength >= 0)
        {
            head.Framing = BodyFraming.Length;
        }
        else if (head.Framing is BodyFraming.Http2Stream or BodyFraming.UntilClose or BodyFraming.Chunked)
        {
            head.Framing = Head.Version == HttpVersion.Http10 ? BodyFraming.UntilClose : BodyFraming.Chunked;
        }

        // A client that was never told to go on may send its body all the same, or not: nobody can tell where its next request begins.
        _closeAfter |= Head.ExpectContinue && !_continued && !ReadComplete;
        _keepAlive = _clientKeepsAlive && head.Framing is not (BodyFraming.UntilClose or BodyFraming.Tunnel)
            && _drain.MayKeepAlive && !_closeAfter && Loop.NowMs < RetiresAtMs;
        head.KeepAlive = _keepAlive;
    }

    /// <summary>What is left of the request will not be read: where it is not whole, the next one cannot be found and the answer is the last.</summary>
    public override void GiveUpRequest() => _closeAfter |= !ReadComplete;

    private bool CanServeNext()
        => _keepAlive && !IsBroken && WriteComplete && ReadComplete;

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveRequestAsync()
    {
        Forget();
        Head.Release();
        _timer.Set(_drain.IsDraining ? _limits.DrainIdleMs : MayRest ? _limits.RestAfterMs : _drain.RestMs(_limits.IdleMs));
        IdleSinceMs = Loop.NowMs;
        bool started = false;
        while (HasMuchUnsent && !_expired && !IsBroken)
        {
            // Whoever asks and does not read the answers is not asked for more.
            await Room;
        }

        while (!_expired && !IsBroken)
        {
            if (!Input.IsEmpty)
            {
                ReadStatus status = Http1HeadReader.TryReadRequest(Input.Bytes, Head, _limits.Head, out int consumed, out HeadFault fault);
                if (status == ReadStatus.Done)
                {
                    Begin(consumed);
                    return true;
                }

                if (status == ReadStatus.Rejected)
                {
                    Refuse(fault);
                    return false;
                }

                if (!started)
                {
                    started = true;
                    _timer.Set(_limits.HeadMs);
                }
            }

            int received = Fill();
            if (received > 0)
            {
                continue;
            }

            if (received != Transport.WouldBlock)
            {
                return false;
            }

            Input.Consume(0);
            await Received;
            if (_expired && CanRest(started))
            {
                // What came in this very turn must not be slept through.
                _expired = false;
                received = Fill();
                if (received == Transport.WouldBlock)
                {
                    Input.Consume(0);
                    _rests = true;
                    return false;
                }

                if (received <= 0)
                {
                    return false;
                }

                _timer.Set(_limits.IdleMs);
                continue;
            }

            if (_expired || IsBroken)
            {
                if (started && _expired)
                {
                    _handler!.OnRefused(EndReason.HeadTimeout);
                    WriteStatus(408);
                }

                return false;
            }
        }

        return false;
    }

    private bool CanRest(bool started) => MayRest && !started && !_drain.IsDraining && !IsBroken && !HasUnsent && !Transport.IsClosed;

    private void Begin(int consumed)
    {
        _timer.Cancel();
        Input.ConsumeKeeping(consumed);
        BeginReading(Head);
        _requestWasHead = Head[Head.Method].SequenceEqual("HEAD"u8);
        _clientKeepsAlive = Head.KeepAlive;
        _clientIsHttp10 = Head.Version == HttpVersion.Http10;
        _continued = false;
        _keepAlive = false;
        _closeAfter = false;
    }

    private void Refuse(HeadFault fault)
    {
        (int status, EndReason reason) = fault switch
        {
            HeadFault.LineTooLong => (414, EndReason.HeadTooLarge),
            HeadFault.TooManyFields or HeadFault.FieldsTooLarge => (431, EndReason.HeadTooLarge),
            HeadFault.BadVersion => (505, EndReason.DownstreamProtocolError),
            _ => (400, EndReason.DownstreamProtocolError),
        };
        _handler!.OnRefused(reason);
        WriteStatus(status);
    }

    private void WriteStatus(int status)
    {
        Head.Clear();
        Head.Version = HttpVersion.Http11;
        Head.Status = status;
        Head.Framing = BodyFraming.Length;
        Head.ContentLength = 0;
        Head.AddField("content-length"u8, "0"u8);
        Head.KeepAlive = false;
        WriteHead(Head, isRequest: false, requestWasHead: false);
        WriteComplete = true;
    }

    private async ValueTask CloseAsync()
    {
        Flush();
        if (IsBroken)
        {
            Transport.Abort();
        }
        else
        {
            await LingerAsync();
        }

        _timer.Remove();
        Input.Release();
        Head.Release();
        Trailers.Release();
    }

    /// <summary>FIN first, then drain a little: a close with unread bytes would become a reset that destroys the answer on its way.</summary>
    private async ValueTask LingerAsync()
    {
        if (!_expired || HasUnsent)
        {
            _expired = false;
            _timer.Set(_limits.LingerMs);
            while (HasUnsent && !_expired && !IsBroken)
            {
                await Room;
            }

            Transport.ShutdownSend();
            for (int drained = 0; drained < LingerBytesMax && !_expired;)
            {
                Input.Release();
                int received = Fill();
                if (received > 0)
                {
                    drained += received;
                }
                else if (received == Transport.WouldBlock)
                {
                    Input.Release();
                    await Received;
                }
                else
                {
                    break;
                }
            }
        }

        Transport.Close();
    }

    private void OnTimer()
    {
        _expired = true;
        Transport.Readable.Set();
        Room.Set();
    }

    private void OnBroken()
    {
        if (_inExchange)
        {
            Break(StreamFault.PeerReset);
            Transport.Readable.Set();
            Room.Set();
        }
    }
}
