using Weft.Primitives.Http;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Wire.Http2;
using Weft.Wire.Http2.Hpack;

namespace Weft.Proxy.Protocols;

/// <summary>Frames out: collected during a turn, handed to the transport at its end.</summary>
internal sealed partial class Http2Connection
{
    private ByteQueue _unsent;
    private readonly Queue<Http2Stream> _waitingWriters = new();
    private bool _flushAsked;
    private bool _waitingToFlush;
    private bool _tableSizeSaid;
    private int _controlFrames;

    // The last DATA or HEADERS frame in the unsent bytes, so that the end of its stream costs a flag and not a frame.
    private int _lastFrameStream;
    private int _lastFrameFlagsAt;

    public void Flush()
    {
        _flushAsked = false;
        if (_waitingToFlush)
        {
            return;
        }

        _lastFrameStream = 0;
        if (OwesTooMuch && !_ended)
        {
            Fail(ErrorCode.EnhanceYourCalm);
            return;
        }

        while (!_unsent.IsEmpty)
        {
            int sent = _transport.TrySend(_unsent.Bytes);
            if (sent > 0)
            {
                _unsent.Consume(sent);
            }
            else if (sent == Transport.WouldBlock)
            {
                _waitingToFlush = true;
                _transport.Writable.UnsafeOnCompleted(_flushMore);
                return;
            }
            else
            {
                _unsent.Release();
                End(StreamFault.PeerReset);
                return;
            }
        }

        _controlFrames = 0;
        WakeWriters();
    }

    /// <summary>Writes HEADERS, with CONTINUATION when the block is longer than a frame.</summary>
    internal void WriteHead(Http2Stream stream, MessageHead head, HeadKind kind, bool ends)
    {
        if (_unsent.Length > UnsentHardMax)
        {
            Fail(ErrorCode.EnhanceYourCalm);
            return;
        }

        for (int size = head.Block.Length + (head.FieldCount * 8) + 64; ; size *= 2)
        {
            Span<byte> block = _unsent.Reserve(FrameHeader.Size + size)[FrameHeader.Size..];
            int prefix = PutTableSize(block);
            Span<byte> room = block[prefix..];
            int written;
            bool fits = kind switch
            {
                HeadKind.Request => HpackEncoder.TryEncodeRequest(head, room, out written, KeepsScheme ? null : _transport.IsSecure),
                HeadKind.Response => HpackEncoder.TryEncodeResponse(head, room, out written),
                _ => HpackEncoder.TryEncodeTrailers(head, room, out written),
            };
            if (fits)
            {
                CommitHead(stream.Id, prefix + written, ends);
                break;
            }
        }

        FlushSoon();
    }

    /// <summary>Writes as much as windows and buffers allow; a writer that gets nothing is woken later.</summary>
    internal int WriteData(Http2Stream stream, ReadOnlySpan<byte> data)
    {
        int room = Math.Min(UnsentSoftMax - _unsent.Length, _sendWindow);
        int count = Math.Min(Math.Min(data.Length, stream.SendWindow), Math.Min(room, _peer.MaxFrameSize));
        bool hasMemory = _unsent.MayReserve(FrameHeader.Size + count);
        if (!hasMemory && _unsent.IsEmpty)
        {
            // Nothing is under way that could make room.
            stream.Abort(StreamFault.Overloaded);
            return 0;
        }

        if (count <= 0 || !hasMemory)
        {
            stream.Room.Reset();
            if ((room <= 0 || !hasMemory) && !stream.IsWaitingForConnection)
            {
                stream.IsWaitingForConnection = true;
                _waitingWriters.Enqueue(stream);
            }

            return 0;
        }

        Span<byte> frame = _unsent.Reserve(FrameHeader.Size + count);
        FrameWriter.WriteDataHeader(frame, stream.Id, count, endStream: false);
        data[..count].CopyTo(frame[FrameHeader.Size..]);
        NoteFrame(stream.Id);
        _unsent.Commit(FrameHeader.Size + count);
        _sendWindow -= count;
        FlushSoon();
        return count;
    }

    internal void WriteEndOfData(int streamId)
    {
        if (_lastFrameStream == streamId)
        {
            _unsent.Writable[_lastFrameFlagsAt] |= (byte)FrameFlags.EndStream;
            _lastFrameStream = 0;
            return;
        }

        FrameWriter.WriteDataHeader(_unsent.Reserve(FrameHeader.Size), streamId, 0, endStream: true);
        _unsent.Commit(FrameHeader.Size);
        FlushSoon();
    }

    /// <summary>Resets a stream because of the peer; too many of those end the connection.</summary>
    internal void SendReset(int streamId, ErrorCode code)
    {
        _controlFrames++;
        _unsent.Commit(FrameWriter.WriteRstStream(_unsent.Reserve(FrameWriter.RstStreamSize), streamId, code));
        FlushSoon();
        if (_isServer)
        {
            _resetLately ??= new int[ResetsRemembered];
            _resetLately[_oldestReset] = streamId;
            _oldestReset = (_oldestReset + 1) % ResetsRemembered;
        }

        bool ours = code is ErrorCode.Cancel or ErrorCode.NoError;
        _flooded |= !ours && _isServer && !_forcedResets.Take(Loop.NowMs);
    }

    internal void SendWindowUpdate(int streamId, int increment)
    {
        _unsent.Commit(FrameWriter.WriteWindowUpdate(_unsent.Reserve(FrameWriter.WindowUpdateSize), streamId, increment));
        FlushSoon();
    }

    /// <summary>Bytes of the connection's window that are free again; announced in large steps.</summary>
    internal void Credit(int count)
    {
        _consumedUnannounced += count;
        if (_consumedUnannounced >= ConnectionWindow / 2 && !_ended)
        {
            SendWindowUpdate(0, _consumedUnannounced);
            _receiveWindow += _consumedUnannounced;
            _consumedUnannounced = 0;
        }
    }

    private void WriteOpening()
    {
        if (!_isServer)
        {
            _unsent.Append(FrameHeader.ClientPreface);
        }

        Span<byte> room = _unsent.Reserve(128);
        int written = _isServer
            ? FrameWriter.WriteSettings(
                room,
                new Setting(SettingId.MaxConcurrentStreams, (uint)_limits.StreamsMax),
                new Setting(SettingId.InitialWindowSize, StreamWindow),
                new Setting(SettingId.MaxHeaderListSize, (uint)_limits.Head.FieldBytes),
                new Setting(SettingId.EnableConnectProtocol, _limits.TakesExtendedConnect ? 1u : 0))
            : FrameWriter.WriteSettings(
                room,
                new Setting(SettingId.EnablePush, 0),
                new Setting(SettingId.InitialWindowSize, StreamWindow),
                new Setting(SettingId.MaxHeaderListSize, (uint)_limits.Head.FieldBytes));
        _unsent.Commit(written);
        SendWindowUpdate(0, ConnectionWindow - ushort.MaxValue);
    }

    private void SendGoAway(int lastStreamId, ErrorCode code, ReadOnlySpan<byte> debug = default)
    {
        _unsent.Commit(FrameWriter.WriteGoAway(_unsent.Reserve(FrameWriter.GoAwaySize + debug.Length), lastStreamId, code, debug));
        FlushSoon();
    }

    /// <summary>
    /// The first block of a connection says that we keep no dynamic table. A peer that lowers SETTINGS_HEADER_TABLE_SIZE expects to be told so
    /// (RFC 9113, 4.3.1); having said it once, we never have to look at that setting.
    /// </summary>
    private int PutTableSize(Span<byte> block)
    {
        if (_tableSizeSaid)
        {
            return 0;
        }

        block[0] = HpackEncoder.TableSizeZero;
        return 1;
    }

    private void CommitHead(int streamId, int length, bool ends)
    {
        _tableSizeSaid = true;
        int max = _peer.MaxFrameSize;
        if (length <= max)
        {
            FrameWriter.WriteHeadersHeader(_unsent.Reserve(FrameHeader.Size + length), streamId, length, endHeaders: true, ends);
            NoteFrame(ends ? 0 : streamId);
            _unsent.Commit(FrameHeader.Size + length);
            return;
        }

        // Rare: move the block aside and write it in pieces.
        byte[] block = _unsent.Reserve(FrameHeader.Size + length).Slice(FrameHeader.Size, length).ToArray();
        for (int at = 0; at < length; at += max)
        {
            int count = Math.Min(max, length - at);
            Span<byte> frame = _unsent.Reserve(FrameHeader.Size + count);
            bool last = at + count == length;
            if (at == 0)
            {
                FrameWriter.WriteHeadersHeader(frame, streamId, count, endHeaders: false, ends);
            }
            else
            {
                FrameWriter.WriteContinuationHeader(frame, streamId, count, last);
            }

            block.AsSpan(at, count).CopyTo(frame[FrameHeader.Size..]);
            _unsent.Commit(FrameHeader.Size + count);
        }

        _lastFrameStream = 0;
    }

    /// <summary>Remembers where the flags of the frame that is about to be committed lie: the fifth byte of its header.</summary>
    private void NoteFrame(int streamId)
    {
        _lastFrameStream = streamId;
        _lastFrameFlagsAt = _unsent.Length + 4;
    }

    private void FlushSoon()
    {
        if (!_flushAsked && !_waitingToFlush)
        {
            _flushAsked = true;
            Loop.FlushAtTurnEnd(this);
        }
    }

    private void FlushMore()
    {
        _waitingToFlush = false;
        _transport.Writable.Reset();
        if (!_ended)
        {
            Flush();
        }
    }

    private void WakeWriters()
    {
        if (_sendWindow <= 0)
        {
            return;
        }

        for (int count = _waitingWriters.Count; count > 0; count--)
        {
            Http2Stream stream = _waitingWriters.Dequeue();
            stream.IsWaitingForConnection = false;
            stream.Room.Set();
        }
    }
}
