using Weft.Primitives.Http;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Routing;
using Weft.Wire;
using Weft.Wire.Http2;
using Weft.Wire.Http2.Hpack;

namespace Weft.Proxy.Protocols;

/// <summary>Frames in: one method per frame type, and the bounds on what a peer can make us do.</summary>
internal sealed partial class Http2Connection
{
    private const int ContinuationsMax = 8;
    private const int FieldBlockMax = 64 * 1024;
    private const int EmptyDataMax = 200;
    private const int EmptyDataWindow = 1000;

    /// <summary>
    /// Resets of ours whose streams are remembered, because the client may have sent more before it knew. More cannot be on their way: what is open and what
    /// a client may force on us at once are fewer.
    /// </summary>
    private const int ResetsRemembered = 256;

    private readonly MessageHead _discarded = new();
    private int[]? _resetLately;
    private int _oldestReset;

    /// <summary>Streams that the peer has reset and whose exchanges have not ended yet.</summary>
    private int _resetByPeer;
    private FloodGuard _resets = new(200, 33);
    private FloodGuard _forcedResets = new(100, 10);
    private FloodGuard _settings = new(20, 10);
    private FloodGuard _pings = new(20, 10);
    private ByteQueue _fieldBlock;
    private int _fieldBlockStream;
    private bool _fieldBlockEndsStream;
    private int _continuations;
    private int _framesCounted;
    private int _emptyData;
    private int _consumedUnannounced;
    private int _receiveWindow = ConnectionWindow;
    private bool _flooded;
    private LoopTimer? _fieldBlockTimer;

    /// <summary>Handles every whole frame in the input; false when the connection has ended.</summary>
    private bool ReadFrames()
    {
        while (!_ended)
        {
            ReadOnlySpan<byte> input = _input.Bytes;
            if (!FrameHeader.TryRead(input, out FrameHeader header))
            {
                return true;
            }

            if (header.Length > FrameHeader.PayloadMin)
            {
                // What is no SETTINGS frame is no beginning, whatever its size: another protocol most likely (RFC 9113, 3.4).
                Fail(_settingsReceived || header.Type == FrameType.Settings ? ErrorCode.FrameSizeError : ErrorCode.ProtocolError);
                return false;
            }

            if (input.Length < FrameHeader.Size + header.Length)
            {
                return true;
            }

            ErrorCode code = ReadFrame(header, input.Slice(FrameHeader.Size, header.Length));
            if (code == ErrorCode.NoError && (_flooded || OwesTooMuch))
            {
                code = ErrorCode.EnhanceYourCalm;
            }

            if (code != ErrorCode.NoError)
            {
                Fail(code);
                return false;
            }

            if (!_ended)
            {
                _input.ConsumeKeeping(FrameHeader.Size + header.Length);
            }
        }

        return false;
    }

    private ErrorCode ReadFrame(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_fieldBlockStream != 0 && (header.Type != FrameType.Continuation || header.StreamId != _fieldBlockStream))
        {
            return ErrorCode.ProtocolError;
        }

        if (!_settingsReceived && header.Type != FrameType.Settings)
        {
            return ErrorCode.ProtocolError;
        }

        if (++_framesCounted >= EmptyDataWindow)
        {
            _framesCounted = _emptyData = 0;
        }

        return header.Type switch
        {
            FrameType.Data => OnData(header, payload),
            FrameType.Headers => OnHeaders(header, payload),
            FrameType.Priority => FrameReader.TryReadPriority(header, payload),
            FrameType.RstStream => OnRstStream(header, payload),
            FrameType.Settings => OnSettings(header, payload),
            FrameType.PushPromise => ErrorCode.ProtocolError,
            FrameType.Ping => OnPing(header, payload),
            FrameType.GoAway => OnGoAway(header, payload),
            FrameType.WindowUpdate => OnWindowUpdate(header, payload),
            FrameType.Continuation => OnContinuation(header, payload),

            // Unknown types are ignored (RFC 9113, 4.1).
            _ => ErrorCode.NoError,
        };
    }

    private ErrorCode OnData(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ErrorCode code = FrameReader.TryReadData(header, payload, out ReadOnlySpan<byte> data);
        if (code != ErrorCode.NoError)
        {
            return code;
        }

        bool ends = header.Has(FrameFlags.EndStream);
        if (data.IsEmpty && !ends && ++_emptyData > EmptyDataMax)
        {
            return ErrorCode.EnhanceYourCalm;
        }

        _receiveWindow -= payload.Length;
        if (_receiveWindow < 0)
        {
            return ErrorCode.FlowControlError;
        }

        if (!_streams.TryGetValue(header.StreamId, out Http2Stream? stream))
        {
            if (!WasOpened(header.StreamId))
            {
                return ErrorCode.ProtocolError;
            }

            // Data of a stream that we have ended: it still counts against the connection's window.
            Credit(payload.Length);
            return ErrorCode.NoError;
        }

        int padding = payload.Length - data.Length;
        if (padding > 0)
        {
            Credit(padding);
        }

        return stream.OnData(data, payload.Length, ends);
    }

    private ErrorCode OnHeaders(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ErrorCode code = FrameReader.TryReadHeaders(header, payload, out ReadOnlySpan<byte> fragment);
        if (code != ErrorCode.NoError)
        {
            return code;
        }

        bool ends = header.Has(FrameFlags.EndStream);
        if (header.Has(FrameFlags.EndHeaders))
        {
            return OnFieldBlock(header.StreamId, fragment, ends);
        }

        _fieldBlockStream = header.StreamId;
        _fieldBlockEndsStream = ends;
        _continuations = 0;
        _fieldBlock.Append(fragment);
        (_fieldBlockTimer ??= new LoopTimer(Loop, OnFieldBlockTimer)).Set(_limits.HeadMs);
        return ErrorCode.NoError;
    }

    private ErrorCode OnContinuation(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_fieldBlockStream == 0)
        {
            return ErrorCode.ProtocolError;
        }

        if (++_continuations > ContinuationsMax || _fieldBlock.Length + payload.Length > FieldBlockMax)
        {
            return ErrorCode.EnhanceYourCalm;
        }

        _fieldBlock.Append(payload);
        if (!header.Has(FrameFlags.EndHeaders))
        {
            return ErrorCode.NoError;
        }

        int stream = _fieldBlockStream;
        _fieldBlockStream = 0;
        _fieldBlockTimer?.Cancel();
        ErrorCode code = OnFieldBlock(stream, _fieldBlock.Bytes, _fieldBlockEndsStream);
        _fieldBlock.Release();
        return code;
    }

    private ErrorCode OnFieldBlock(int id, ReadOnlySpan<byte> block, bool ends)
    {
        if (_streams.TryGetValue(id, out Http2Stream? stream) && !(_isServer && stream.WasResetByPeer))
        {
            return stream.OnFieldBlock(_decoder, block, _limits.Head, ends);
        }

        bool opens = _isServer && id > _lastPeerStreamId && (id & 1) == 1;
        if (!opens && !(WasOpened(id) && (!_isServer || WasResetLately(id))))
        {
            // Not higher than all before it, and not one whose end the client may not know of yet (RFC 9113, 5.1 and 5.1.1).
            return ErrorCode.ProtocolError;
        }

        // What the client has reset is over for it, though its exchange may end later in this turn. So many again may wait for that, and no more.
        int over = Math.Min(_resetByPeer, _limits.StreamsMax);
        bool refused = opens && (_finalGoAwaySent || _streams.Count - over >= _limits.StreamsMax);
        if (!opens || refused)
        {
            // The tables of both sides must stay the same, whatever becomes of the message.
            HpackFault fault = _decoder.Decode(block, _discarded, _limits.Head, _isServer, isTrailers: !opens);
            _discarded.Release();
            if (fault is HpackFault.Compression or HpackFault.Excessive)
            {
                return fault == HpackFault.Compression ? ErrorCode.CompressionError : ErrorCode.EnhanceYourCalm;
            }

            if (!opens && _isServer && !_resets.Take(Loop.NowMs))
            {
                // Heads for streams that are over cost as much as resets and mean as little.
                return ErrorCode.EnhanceYourCalm;
            }

            if (refused)
            {
                _lastPeerStreamId = id;
                Count(_finalGoAwaySent ? EndReason.Draining : EndReason.Overloaded);
                SendReset(id, ErrorCode.RefusedStream);
            }

            return ErrorCode.NoError;
        }

        _lastPeerStreamId = id;
        _timer.Cancel();
        if (_goAwaySent)
        {
            _timer.Set(_limits.DrainIdleMs);
        }
        else if (Loop.NowMs >= _retiresAtMs)
        {
            Drain();
        }

        return Rent(id).OnFieldBlock(_decoder, block, _limits.Head, ends);
    }

    private ErrorCode OnRstStream(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ErrorCode code = FrameReader.TryReadRstStream(header, payload, out ErrorCode reason);
        if (code != ErrorCode.NoError)
        {
            return code;
        }

        if (_isServer && !_resets.Take(Loop.NowMs))
        {
            return ErrorCode.EnhanceYourCalm;
        }

        if (_streams.TryGetValue(header.StreamId, out Http2Stream? stream))
        {
            _resetByPeer += stream.WasResetByPeer ? 0 : 1;
            stream.OnReset(reason);
            return ErrorCode.NoError;
        }

        return WasOpened(header.StreamId) ? ErrorCode.NoError : ErrorCode.ProtocolError;
    }

    private ErrorCode OnSettings(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        int windowBefore = _peer.InitialWindowSize;
        ErrorCode code = FrameReader.TryReadSettings(header, payload, ref _peer);
        if (code != ErrorCode.NoError || header.Has(FrameFlags.Ack))
        {
            return code;
        }

        if (!_isServer && _peer.EnablePush)
        {
            // Only a client may allow pushes (RFC 9113, 6.5.2).
            return ErrorCode.ProtocolError;
        }

        if (_settingsReceived && !_settings.Take(Loop.NowMs))
        {
            return ErrorCode.EnhanceYourCalm;
        }

        if (!_settingsReceived)
        {
            _settingsReceived = true;
            if (_streams.Count == 0)
            {
                _timer.Set(_limits.IdleMs);
            }

            OnOpened();
        }

        _unsent.Commit(FrameWriter.WriteSettingsAck(_unsent.Reserve(FrameHeader.Size)));
        _controlFrames++;
        FlushSoon();
        int change = _peer.InitialWindowSize - windowBefore;
        if (change != 0)
        {
            foreach (Http2Stream stream in _streams.Values)
            {
                if (!stream.AddSendWindow(change))
                {
                    return ErrorCode.FlowControlError;
                }
            }
        }

        StreamEnded?.Invoke(this);
        return ErrorCode.NoError;
    }

    private ErrorCode OnPing(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ErrorCode code = FrameReader.TryReadPing(header, payload, out ulong opaque);
        if (code != ErrorCode.NoError || header.Has(FrameFlags.Ack))
        {
            return code;
        }

        if (!_pings.Take(Loop.NowMs))
        {
            return ErrorCode.EnhanceYourCalm;
        }

        _unsent.Commit(FrameWriter.WritePing(_unsent.Reserve(FrameWriter.PingSize), ack: true, opaque));
        _controlFrames++;
        FlushSoon();
        return ErrorCode.NoError;
    }

    private ErrorCode OnGoAway(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ErrorCode code = FrameReader.TryReadGoAway(header, payload, out int last, out _, out ReadOnlySpan<byte> debug);
        if (code != ErrorCode.NoError)
        {
            return code;
        }

        _goAwayReceived = true;
        if (!_isServer)
        {
            if (debug.SequenceEqual(Leaving))
            {
                PeerLeaves?.Invoke();
            }

            foreach (Http2Stream stream in _streams.Values.Where(stream => stream.Id > last).ToArray())
            {
                stream.OnRefused();
            }

            if (_streams.Count == 0 && last != int.MaxValue)
            {
                CloseInOrder();
            }
        }

        return ErrorCode.NoError;
    }

    private ErrorCode OnWindowUpdate(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        ErrorCode code = FrameReader.TryReadWindowUpdate(header, payload, out int increment);
        if (header.StreamId == 0)
        {
            if (code != ErrorCode.NoError)
            {
                return code;
            }

            if ((long)_sendWindow + increment > int.MaxValue)
            {
                return ErrorCode.FlowControlError;
            }

            bool wasShut = _sendWindow <= 0;
            _sendWindow += increment;
            if (wasShut)
            {
                WakeWriters();
            }

            return ErrorCode.NoError;
        }

        if (_streams.TryGetValue(header.StreamId, out Http2Stream? stream))
        {
            if (code != ErrorCode.NoError || !stream.AddSendWindow(increment))
            {
                if (code == ErrorCode.FrameSizeError)
                {
                    return code;
                }

                stream.Fail(code == ErrorCode.NoError ? ErrorCode.FlowControlError : code);
            }

            return ErrorCode.NoError;
        }

        return WasOpened(header.StreamId) ? code : ErrorCode.ProtocolError;
    }

    /// <summary>Whether so much waits to be sent that the peer cannot be reading.</summary>
    private bool OwesTooMuch => _unsent.Length > UnsentHardMax || _controlFrames > ControlFramesMax;

    internal void Count(EndReason reason) => _handler?.OnRefused(reason);

    private void OnFieldBlockTimer()
    {
        if (_fieldBlockStream != 0)
        {
            Count(EndReason.HeadTimeout);
            Fail(ErrorCode.EnhanceYourCalm);
        }
    }

    private bool WasResetLately(int id) => _resetLately.AsSpan().Contains(id);

    /// <summary>Whether a stream of that number was ever open, by either side.</summary>
    private bool WasOpened(int id) => (id & 1) == (_isServer ? 1 : 0) ? id <= _lastPeerStreamId : id < _nextStreamId;
}
