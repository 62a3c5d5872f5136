using System.Runtime.InteropServices;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Security;

/// <summary>
/// TLS over another transport. OpenSSL makes the handshake, in buffers of ours. Of TLS 1.3 nothing is left of it afterwards: records are
/// <see cref="RecordLayer"/>'s, and what a connection keeps is a few hundred bytes of keys instead of OpenSSL's 20 KiB. TLS 1.2 stays with OpenSSL.
/// What is encrypted is collected and sent at once.
/// </summary>
internal sealed unsafe partial class TlsTransport : Transport
{
    /// <summary>Ciphertext that may wait for the kernel before the writer is stopped.</summary>
    private const int UnsentMax = 64 * 1024;

    private const int CloseMs = 5_000;

    private const string NoMemory = "the proxy has no memory left";

    private readonly Transport _inner;
    private readonly TlsContext _context;
    private Signal? _writable;
    private Action? _flushMore;
    private LoopTimer? _closeTimer;
    private GCHandle _self;
    private nint _ssl;
    private RecordLayer? _records;
    private ByteQueue _received;
    private ByteQueue _unsent;
    private bool _waitingToFlush;
    private bool _receivesMuch;
    private bool _shutdownAsked;
    private bool _closeAsked;
    private string? _fault;
    private TlsFacts _facts;

    public TlsTransport(Transport inner, TlsContext context, string? serverName = null)
        : base(inner.Loop)
    {
        _inner = inner;
        _context = context;
        _received = new ByteQueue(Loop.Pool);
        _unsent = new ByteQueue(Loop.Pool);
        BeginHandshake(serverName);
    }

    public override Signal Readable => _inner.Readable;

    /// <summary>Made when it is first waited for: most connections always have room.</summary>
    public override Signal Writable => _writable ??= new Signal(Loop);

    public override bool IsSecure => true;

    public override NetAddress Local => _inner.Local;

    public override NetAddress Remote => _inner.Remote;

    public override Action? Broken
    {
        get => _inner.Broken;
        set => _inner.Broken = value;
    }

    public override string? Fault => _fault ?? _inner.Fault;

    public bool RequiresPeer => _context.RequiresPeer;

    /// <summary>Names in the peer's verified certificate; none when it showed none. Set by the handshake.</summary>
    public PeerNames Peer { get; private set; } = PeerNames.None;

    /// <summary>What ALPN chose, empty when nothing. Set by the handshake.</summary>
    public string Alpn { get; private set; } = "";

    public override TlsFacts Tls => _facts;

    /// <summary>Whether OpenSSL's part is over and its memory given back.</summary>
    public bool HasOwnRecords => _records is not null;

    public override int TryReceive(Span<byte> buffer)
    {
        if (IsClosed)
        {
            return Failed;
        }

        int read = _records is null ? ReadFromOpenSsl(buffer) : ReadRecords(_records, buffer);
        if (!_unsent.IsEmpty)
        {
            // A key update asks for an answer, and a fault for an alert.
            Flush();
        }

        return read;
    }

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || _shutdownAsked)
        {
            return Failed;
        }

        if (_unsent.Length >= UnsentMax)
        {
            return WouldBlock;
        }

        int taken = 0;
        while (taken < bytes.Length && _unsent.Length < UnsentMax)
        {
            ReadOnlySpan<byte> record = bytes.Slice(taken, Math.Min(bytes.Length - taken, RecordLayer.PlaintextMax));
            if (!_unsent.MayReserve(record.Length + RecordLayer.Overhead))
            {
                if (taken > 0)
                {
                    break;
                }

                if (!_unsent.IsEmpty)
                {
                    return WouldBlock;
                }

                _fault ??= NoMemory;
                return Failed;
            }

            if (!Write(record))
            {
                return Failed;
            }

            taken += record.Length;
        }

        return Flush() ? taken : Failed;
    }

    public override void ShutdownSend()
    {
        if (IsClosed || _shutdownAsked)
        {
            return;
        }

        _shutdownAsked = true;
        if (_records is null)
        {
            OpenSsl.ERR_clear_error();
            _ = OpenSsl.SSL_shutdown(_ssl);
        }
        else if (_records.Fault is null)
        {
            _records.WriteAlert(TlsAlert.CloseNotify, ref _unsent);
        }

        if (Flush() && _unsent.IsEmpty)
        {
            _inner.ShutdownSend();
        }
    }

    public override void Rest()
    {
        _records?.Rest();
        _inner.Rest();
    }

    public override void Close()
    {
        if (IsClosed || _closeAsked)
        {
            return;
        }

        ShutdownSend();
        if (!_unsent.IsEmpty && _inner.Fault is null)
        {
            // The kernel has not taken everything yet: stay until it has, or for a while.
            _closeAsked = true;
            _closeTimer = new LoopTimer(Loop, Abort);
            _closeTimer.Set(CloseMs);
            return;
        }

        Finish();
        _inner.Close();
    }

    public override void Abort()
    {
        if (!IsClosed)
        {
            Finish();
            _inner.Abort();
        }
    }

    private int ReadRecords(RecordLayer records, Span<byte> buffer)
    {
        int read = records.Read(ref _received, buffer, ref _unsent);
        while (read == WouldBlock)
        {
            int received = Receive();
            if (received <= 0)
            {
                return received == 0 ? Unannounced() : received;
            }

            read = records.Read(ref _received, buffer, ref _unsent);
        }

        _fault ??= records.Fault;
        return read;
    }

    /// <summary>An end without close_notify may be an attacker's, who cuts the stream short (RFC 8446, 6.1).</summary>
    private int Unannounced()
    {
        _fault ??= "the peer closed without close_notify";
        return Failed;
    }

    protected internal override RoundTrip ReadRoundTrip() => _inner.ReadRoundTrip();

    /// <summary>Receives once into <see cref="_received"/>: as much as one record, or more while much comes.</summary>
    private int Receive()
    {
        int wanted = _receivesMuch ? SlabPool.Large - _received.Length : Math.Max(1, SlabPool.Medium - _received.Length);
        if (!_received.MayReserve(wanted))
        {
            _fault ??= NoMemory;
            return Failed;
        }

        Span<byte> room = _received.Reserve(wanted);
        int received = _inner.TryReceive(room);
        if (received > 0)
        {
            _receivesMuch = received == room.Length;
            _received.Commit(received);
        }
        else if (_received.IsEmpty)
        {
            _received.Release();
        }

        return received;
    }

    private bool Write(ReadOnlySpan<byte> record)
    {
        if (_records is not null)
        {
            _records.Write(record, ref _unsent);
            _fault ??= _records.Fault;
            return _records.Fault is null;
        }

        int written;
        fixed (byte* pointer = record)
        {
            OpenSsl.ERR_clear_error();
            written = OpenSsl.SSL_write(_ssl, pointer, record.Length);
        }

        if (written != record.Length)
        {
            _fault ??= "TLS: " + OpenSsl.TakeError();
        }

        return written == record.Length;
    }

    /// <summary>Sends collected ciphertext; false when the inner transport is broken.</summary>
    private bool Flush()
    {
        while (!_unsent.IsEmpty)
        {
            int sent = _inner.TrySend(_unsent.Bytes);
            if (sent == WouldBlock)
            {
                if (!_waitingToFlush)
                {
                    _waitingToFlush = true;
                    _inner.Writable.UnsafeOnCompleted(_flushMore ??= FlushMore);
                }

                return true;
            }

            if (sent < 0)
            {
                _unsent.Release();
                return false;
            }

            _unsent.Consume(sent);
        }

        return true;
    }

    private void FlushMore()
    {
        _waitingToFlush = false;
        _inner.Writable.Reset();
        if (IsClosed)
        {
            return;
        }

        bool works = Flush();
        if (_unsent.Length < UnsentMax / 2 || !works)
        {
            _writable?.Set();
        }

        if (_unsent.IsEmpty || !works)
        {
            if (_shutdownAsked)
            {
                _inner.ShutdownSend();
            }

            if (_closeAsked)
            {
                Finish();
                _inner.Close();
            }
        }
    }

    private void Finish()
    {
        IsClosed = true;
        _closeTimer?.Remove();
        if (_waitingToFlush)
        {
            _waitingToFlush = false;
            _inner.Writable.Forget();
        }

        FreeOpenSsl();
        FreeSecrets();
        _records?.Free();
        _received.Release();
        _unsent.Release();
        _writable?.Set();
    }
}
