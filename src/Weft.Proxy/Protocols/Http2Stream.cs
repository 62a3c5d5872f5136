using System.Runtime.CompilerServices;
using Weft.Primitives.Http;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Routing;
using Weft.Wire;
using Weft.Wire.Http2;
using Weft.Wire.Http2.Hpack;

namespace Weft.Proxy.Protocols;

/// <summary>
/// One stream of an HTTP/2 connection, as an exchange (server) or a lease (client). Objects are reused within their connection; a server's
/// object has one coroutine for its whole life, so that a request costs no allocation.
/// </summary>
internal sealed class Http2Stream : HttpStream, ILease
{
    private readonly Http2Connection _connection;
    private readonly bool _isServer;
    private readonly Signal _received;
    private readonly Signal _room;
    private readonly Signal _assigned;
    private ByteQueue _body;
    private int _receiveWindow;
    private int _unannounced;
    private int _windowMax;
    private bool _headReceived;
    private bool _finalHeadReceived;
    private bool _remoteEnded;
    private bool _localEnded;
    private bool _headSent;
    private bool _resetSent;
    private bool _isTunnel;
    private bool _requestWasHead;

    public Http2Stream(Http2Connection connection, bool isServer)
        : base(connection.Loop)
    {
        _connection = connection;
        _isServer = isServer;
        _received = new Signal(Loop);
        _room = new Signal(Loop);
        _assigned = new Signal(Loop);
        _body = new ByteQueue(Loop.Pool);
    }

    public int Id { get; private set; }

    public int SendWindow { get; private set; }

    /// <summary>Set while the connection's window or buffer, not the stream's own window, holds the writer back.</summary>
    public bool IsWaitingForConnection { get; set; }

    public HttpStream Stream => this;

    public bool IsReused { get; set; }

    public bool HasAnswered { get; private set; }

    /// <summary>Whether the peer has reset it: nothing may come on it any more.</summary>
    public bool WasResetByPeer { get; private set; }

    public Http2Connection Connection => _connection;

    public override Signal Received => _received;

    public override Signal Room => _room;

    public override HttpVersion Version => HttpVersion.Http2;

    public override Transport Carrier => _connection.Transport;

    /// <summary>Serves one request after another that this object is assigned, for as long as the connection lives.</summary>
    public async Task ServeForeverAsync(IExchangeHandler handler)
    {
        while (true)
        {
            await _assigned;
            await handler.ServeAsync(this);
            GiveBack();
        }
    }

    public void Begin(int id, int sendWindow, int receiveWindow)
    {
        Id = id;
        SendWindow = sendWindow;
        _receiveWindow = _windowMax = receiveWindow;
        _unannounced = 0;
        _headReceived = _finalHeadReceived = _remoteEnded = _localEnded = _headSent = _resetSent = _isTunnel = false;
        HasAnswered = WasResetByPeer = false;
        Fault = StreamFault.None;
        OtherSide = null;
        _received.Reset();
        _room.Reset();
        Trailers.Clear();
    }

    public void Renumber(int id) => Id = id;

    [AsyncMethodBuilder(typeof(LoopTaskMethodBuilder<>))]
    public async ValueTask<bool> ReceiveHeadAsync()
    {
        while (!_headReceived)
        {
            if (IsBroken)
            {
                return false;
            }

            await _received;
        }

        // Behind an interim answer there comes another.
        _headReceived = _finalHeadReceived;
        return true;
    }

    public override BodyState TryReadBody(out ReadOnlySpan<byte> data)
    {
        data = _body.Bytes;
        return !data.IsEmpty ? BodyState.Data
            : IsBroken ? BodyState.Failed
            : _remoteEnded ? BodyState.End
            : BodyState.Wait;
    }

    public override void ConsumeBody(int count)
    {
        _body.Consume(count);
        _connection.Credit(count);
        _unannounced += count;
        if (_unannounced >= _windowMax / 2 && !_remoteEnded && !IsBroken)
        {
            _connection.SendWindowUpdate(Id, _unannounced);
            _receiveWindow += _unannounced;
            _unannounced = 0;
        }
    }

    public override void WriteHead(MessageHead head)
    {
        if (IsBroken || _localEnded)
        {
            return;
        }

        bool interim = _isServer && head.Status is >= 100 and < 200;
        _headSent |= !interim;
        _requestWasHead = !_isServer && head[head.Method].SequenceEqual("HEAD"u8);
        _connection.WriteHead(this, head, _isServer ? HeadKind.Response : HeadKind.Request, ends: false);
    }

    public override int TryWriteBody(ReadOnlySpan<byte> data)
    {
        if (IsBroken || _localEnded)
        {
            return 0;
        }

        int count = _connection.WriteData(this, data);
        SendWindow -= count;
        return count;
    }

    public override void WriteEnd(MessageHead? trailers)
    {
        if (IsBroken || _localEnded)
        {
            return;
        }

        _localEnded = true;
        if (trailers is { FieldCount: > 0 } && !_isTunnel)
        {
            _connection.WriteHead(this, trailers, HeadKind.Trailers, ends: true);
        }
        else
        {
            _connection.WriteEndOfData(Id);
        }
    }

    public override void StartTunnel() => _isTunnel = true;

    public override void Abort(StreamFault fault)
    {
        Break(fault);
        Reset(fault switch
        {
            StreamFault.Refused => ErrorCode.RefusedStream,

            // A connection that CONNECT stands for is broken (RFC 9113, 8.5); of a WebSocket the same is a CANCEL (RFC 8441, 5).
            StreamFault.OtherSideGone when _isTunnel && _isServer && Head.Protocol.IsEmpty => ErrorCode.ConnectError,
            _ => ErrorCode.Cancel,
        });
        _received.Set();
        _room.Set();
    }

    /// <summary>Gives the stream up because the peer broke the protocol on it (RFC 9113, 5.4.2).</summary>
    public void Fail(ErrorCode code)
    {
        Break(StreamFault.Protocol);
        Reset(code);
        _received.Set();
        _room.Set();
    }

    public void GiveBack()
    {
        if (Id == 0)
        {
            return;
        }

        if (!_localEnded)
        {
            Reset(ErrorCode.Cancel);
        }
        else if (!_remoteEnded && !IsBroken)
        {
            // The answer is complete before the request was (RFC 9113, 8.1): say so without calling it an error.
            Reset(_isServer ? ErrorCode.NoError : ErrorCode.Cancel);
        }

        if (!_body.IsEmpty)
        {
            _connection.Credit(_body.Length);
            _body.Release();
        }

        OtherSide = null;
        Head.Release();
        Trailers.Release();
        _connection.Recycle(this);
        Id = 0;
    }

    public ErrorCode OnData(ReadOnlySpan<byte> data, int flowControlled, bool ends)
    {
        if (_remoteEnded || !(_finalHeadReceived || _isServer))
        {
            // Content in front of the final head makes an answer malformed (RFC 9113, 8.1).
            Fail(_remoteEnded ? ErrorCode.StreamClosed : ErrorCode.ProtocolError);
            _connection.Credit(data.Length);
            return ErrorCode.NoError;
        }

        _receiveWindow -= flowControlled;
        if (_receiveWindow < 0)
        {
            return ErrorCode.FlowControlError;
        }

        int padding = flowControlled - data.Length;
        if (padding > 0)
        {
            _unannounced += padding;
        }

        if (IsBroken)
        {
            _connection.Credit(data.Length);
        }
        else
        {
            if (!CountLength(data.Length, ends))
            {
                _connection.Credit(data.Length);
                Fail(ErrorCode.ProtocolError);
                return ErrorCode.NoError;
            }

            if (!data.IsEmpty && !_body.MayReserve(data.Length))
            {
                _connection.Credit(data.Length);
                Abort(StreamFault.Overloaded);
                return ErrorCode.NoError;
            }

            if (!data.IsEmpty)
            {
                _body.Append(data);
            }
        }

        _remoteEnded |= ends;
        _received.Set();
        return ErrorCode.NoError;
    }

    public ErrorCode OnFieldBlock(HpackDecoder decoder, ReadOnlySpan<byte> block, in HeadLimits limits, bool ends)
    {
        // An interim answer that nobody has taken yet gives way to the one behind it: it was only advice (RFC 9110, 15.2).
        bool isTrailers = _finalHeadReceived;
        MessageHead into = isTrailers ? Trailers : Head;
        into.Clear();
        HpackFault fault = decoder.Decode(block, into, isTrailers ? HeadLimits.Trailers : limits, isRequest: _isServer, isTrailers);
        if (fault is HpackFault.Compression or HpackFault.Excessive)
        {
            return fault == HpackFault.Compression ? ErrorCode.CompressionError : ErrorCode.EnhanceYourCalm;
        }

        if (_remoteEnded || _isTunnel || (isTrailers && !ends))
        {
            // A connected stream carries DATA alone, and no trailers at its end (RFC 9113, 8.5).
            Fail(_remoteEnded ? ErrorCode.StreamClosed : ErrorCode.ProtocolError);
            return ErrorCode.NoError;
        }

        if (fault != HpackFault.None)
        {
            Refuse(fault, decoder.Cause, isTrailers);
            return ErrorCode.NoError;
        }

        if (isTrailers && !CountLength(0, ends))
        {
            Fail(ErrorCode.ProtocolError);
            return ErrorCode.NoError;
        }

        _remoteEnded = ends;
        if (!isTrailers)
        {
            AcceptHead(ends);
        }

        _received.Set();
        return ErrorCode.NoError;
    }

    public void OnReset(ErrorCode reason)
    {
        WasResetByPeer = true;

        // NO_ERROR after a complete answer only asks us to stop sending (RFC 9113, 8.1).
        if (reason == ErrorCode.NoError && !_isServer && _remoteEnded)
        {
            _resetSent = true;
            _localEnded = true;
            _room.Set();
            return;
        }

        _resetSent = true;
        Break(reason == ErrorCode.RefusedStream ? StreamFault.Refused : StreamFault.PeerReset);
        _received.Set();
        _room.Set();
    }

    /// <summary>The peer has said that it will not process this stream.</summary>
    public void OnRefused()
    {
        _resetSent = true;
        Break(StreamFault.Refused);
        _received.Set();
        _room.Set();
    }

    public void OnConnectionEnded(StreamFault fault)
    {
        _resetSent = true;

        // Data that is complete here can still be read.
        if (!_remoteEnded || !_localEnded)
        {
            Break(fault);
        }

        _received.Set();
        _room.Set();
    }

    /// <summary>False when the window would overflow (RFC 9113, 6.9.1).</summary>
    public bool AddSendWindow(int change)
    {
        long window = (long)SendWindow + change;
        if (window > int.MaxValue)
        {
            return false;
        }

        SendWindow = (int)window;
        if (SendWindow > 0)
        {
            _room.Set();
        }

        return true;
    }

    private long _lengthLeft;

    private void AcceptHead(bool ends)
    {
        if (!_isServer && ends && Head.Status < 200)
        {
            // The final answer that must follow cannot (RFC 9113, 8.1).
            Fail(ErrorCode.ProtocolError);
            return;
        }

        if (!_isServer && ends && Head.ContentLength > 0 && !_requestWasHead && Head.Status is >= 200 and not 304)
        {
            // An announced body that does not come: in HTTP/1.1 the next answer would be taken for it.
            Fail(ErrorCode.ProtocolError);
            return;
        }

        _headReceived = HasAnswered = true;
        _finalHeadReceived = _isServer || Head.Status >= 200;

        // What an answer without content says of its length is about the one that GET would have got (RFC 9110, 8.6).
        bool isEmpty = _requestWasHead || Head.Status is 204 or 304;
        _lengthLeft = isEmpty ? 0 : Head.ContentLength;
        Head.Framing = ends ? BodyFraming.None : BodyFraming.Http2Stream;
        if (ends && !isEmpty && Head.ContentLength > 0)
        {
            // An announced body that does not come: in HTTP/1.1 the next message would be taken for it.
            Fail(ErrorCode.ProtocolError);
        }

        if (_isServer)
        {
            _assigned.Set();
        }
    }

    /// <summary>Holds DATA against Content-Length (RFC 9113, 8.1.1).</summary>
    private bool CountLength(int length, bool ends)
    {
        if (_lengthLeft < 0 || _isTunnel)
        {
            return true;
        }

        _lengthLeft -= length;
        return _lengthLeft >= 0 && (!ends || _lengthLeft == 0);
    }

    private void Refuse(HpackFault fault, HeadFault cause, bool isTrailers)
    {
        bool answer = _isServer && !isTrailers && fault == HpackFault.TooLarge;
        if (_isServer && !isTrailers)
        {
            _connection.Count(answer ? EndReason.HeadTooLarge : EndReason.DownstreamProtocolError);
        }

        if (answer)
        {
            Head.Clear();
            Head.Status = cause == HeadFault.LineTooLong ? 414 : 431;
            Head.Framing = BodyFraming.None;
            _connection.WriteHead(this, Head, HeadKind.Response, ends: true);
            _localEnded = true;
        }

        Break(StreamFault.Protocol);
        Reset(answer ? ErrorCode.NoError : ErrorCode.ProtocolError);
        if (_isServer && !isTrailers)
        {
            GiveBack();
        }
        else
        {
            _received.Set();
            _room.Set();
        }
    }

    private void Reset(ErrorCode code)
    {
        if (_resetSent || (_localEnded && _remoteEnded))
        {
            return;
        }

        _resetSent = true;
        _localEnded = true;

        // A request that was never sent leaves its stream idle, and an idle stream may not be reset (RFC 9113, 5.1).
        if (_isServer || _headSent)
        {
            _connection.SendReset(Id, code);
        }
    }
}
