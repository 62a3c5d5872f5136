using System.Runtime.InteropServices;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Security;

/// <summary>
/// TLS over another transport, through OpenSSL with buffers of ours: OpenSSL receives straight from the inner transport
/// (with read-ahead, so several records per call of the kernel), and what it encrypts is collected and sent at once.
/// </summary>
internal sealed unsafe partial class TlsTransport : Transport
{
    /// <summary>Ciphertext that may wait for the kernel before the writer is stopped.</summary>
    private const int UnsentMax = 64 * 1024;

    /// <summary>Plaintext of one full TLS record.</summary>
    private const int RecordMax = 16 * 1024;

    private static readonly nint Method = MakeMethod();

    private readonly Transport _inner;
    private readonly Signal _writable;
    private readonly Action _flushMore;
    private readonly LoopTimer _closeTimer;
    private GCHandle _self;
    private nint _ssl;
    private ByteQueue _unsent;
    private bool _waitingToFlush;
    private bool _shutdownAsked;
    private bool _closeAsked;
    private string? _fault;
    private bool _heard;

    public TlsTransport(Transport inner, TlsContext context, string? serverName = null)
        : base(inner.Loop)
    {
        _inner = inner;
        _writable = new Signal(Loop);
        _flushMore = FlushMore;
        _closeTimer = new LoopTimer(Loop, Abort);
        _unsent = new ByteQueue(Loop.Pool);
        RequiresPeer = context.RequiresPeer;
        _self = GCHandle.Alloc(this);
        _ssl = context.NewConnection();
        nint bio = OpenSsl.BIO_new(Method);
        OpenSsl.BIO_set_data(bio, GCHandle.ToIntPtr(_self));
        OpenSsl.BIO_set_init(bio, 1);
        OpenSsl.SSL_set_bio(_ssl, bio, bio);
        if (serverName is not null)
        {
            byte[] name = Encoding.ASCII.GetBytes(serverName + "\0");
            fixed (byte* pointer = name)
            {
                OpenSsl.SSL_ctrl(_ssl, OpenSsl.CtrlSetTlsextHostname, new CLong(0), pointer);
            }
        }
    }

    public override Signal Readable => _inner.Readable;

    public override Signal Writable => _writable;

    public override bool IsSecure => true;

    public override NetAddress Local => _inner.Local;

    public override NetAddress Remote => _inner.Remote;

    public override Action? Broken
    {
        get => _inner.Broken;
        set => _inner.Broken = value;
    }

    public override string? Fault => _fault ?? _inner.Fault;

    public bool RequiresPeer { get; }

    /// <summary>Names in the peer's verified certificate; none when it showed none. Set by the handshake.</summary>
    public PeerNames Peer { get; private set; } = PeerNames.None;

    /// <summary>What ALPN chose, empty when nothing. Set by the handshake.</summary>
    public string Alpn { get; private set; } = "";

    public override int TryReceive(Span<byte> buffer)
    {
        if (IsClosed)
        {
            return Failed;
        }

        int read;
        fixed (byte* pointer = buffer)
        {
            OpenSsl.ERR_clear_error();
            read = OpenSsl.SSL_read(_ssl, pointer, buffer.Length);
        }

        if (read > 0)
        {
            return read;
        }

        int error = OpenSsl.SSL_get_error(_ssl, read);
        if (_unsent.Length > 0)
        {
            // A key update asks for an answer.
            Flush();
        }

        switch (error)
        {
            case OpenSsl.ErrorWantRead:
                return WouldBlock;
            case OpenSsl.ErrorZeroReturn:
                return 0;
            case OpenSsl.ErrorSyscall:
                _fault ??= _inner.Fault ?? "the peer closed without close_notify";
                return Failed;
            default:
                _fault ??= "TLS: " + OpenSsl.TakeError();
                return Failed;
        }
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
        fixed (byte* pointer = bytes)
        {
            while (taken < bytes.Length && _unsent.Length < UnsentMax)
            {
                OpenSsl.ERR_clear_error();
                int written = OpenSsl.SSL_write(_ssl, pointer + taken, Math.Min(bytes.Length - taken, RecordMax));
                if (written <= 0)
                {
                    _fault ??= "TLS: " + OpenSsl.TakeError();
                    return Failed;
                }

                taken += written;
            }
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
        OpenSsl.ERR_clear_error();
        _ = OpenSsl.SSL_shutdown(_ssl);
        if (Flush() && _unsent.IsEmpty)
        {
            _inner.ShutdownSend();
        }
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
            _closeTimer.Set(5_000);
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

    private int HandshakeStep()
    {
        OpenSsl.ERR_clear_error();
        int result = OpenSsl.SSL_do_handshake(_ssl);
        if (result == 1)
        {
            ReadPeer();
            return 0;
        }

        int error = OpenSsl.SSL_get_error(_ssl, result);
        if (error is OpenSsl.ErrorWantRead or OpenSsl.ErrorWantWrite)
        {
            return WouldBlock;
        }

        nint verify = OpenSsl.SSL_get_verify_result(_ssl).Value;
        if (verify != 0)
        {
            _fault = "certificate verify failed: " + Marshal.PtrToStringUTF8(OpenSsl.X509_verify_cert_error_string(new CLong(verify)));
            HandshakeFault = OfVerification(verify);
        }
        else if (error == OpenSsl.ErrorSyscall)
        {
            _fault = _inner.Fault ?? "the peer closed during the handshake";
            HandshakeFault = _heard ? HandshakeFault.Protocol : HandshakeFault.NothingSaid;
        }
        else
        {
            _fault = "TLS handshake: " + OpenSsl.TakeError(out int reason);
            HandshakeFault = reason == OpenSsl.ReasonNoPeerCertificate ? HandshakeFault.NoCertificate : HandshakeFault.Protocol;
        }

        return Failed;
    }

    private void ReadPeer()
    {
        byte* alpn;
        uint alpnLength;
        OpenSsl.SSL_get0_alpn_selected(_ssl, &alpn, &alpnLength);
        Alpn = alpnLength switch
        {
            0 => "",
            2 when alpn[0] == 'h' && alpn[1] == '2' => "h2",
            _ => Encoding.ASCII.GetString(alpn, (int)alpnLength),
        };
        nint certificate = RequiresPeer ? OpenSsl.SSL_get1_peer_certificate(_ssl) : 0;
        if (certificate == 0)
        {
            return;
        }

        int index = OpenSsl.X509_get_ext_by_NID(certificate, OpenSsl.NidSubjectAltName, -1);
        if (index >= 0)
        {
            nint value = OpenSsl.X509_EXTENSION_get_data(OpenSsl.X509_get_ext(certificate, index));
            Peer = PeerNames.Parse(new ReadOnlySpan<byte>((void*)OpenSsl.ASN1_STRING_get0_data(value), OpenSsl.ASN1_STRING_length(value)));
        }

        OpenSsl.X509_free(certificate);
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
                    _inner.Writable.UnsafeOnCompleted(_flushMore);
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
            _writable.Set();
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
        _closeTimer.Remove();
        if (_waitingToFlush)
        {
            _waitingToFlush = false;
            _inner.Writable.Forget();
        }

        OpenSsl.SSL_free(_ssl);
        _ssl = 0;
        _self.Free();
        _unsent.Release();
        _writable.Set();
    }

    private static nint MakeMethod()
    {
        delegate* unmanaged<nint, byte*, int, int> read = &OnRead;
        delegate* unmanaged<nint, byte*, int, int> write = &OnWrite;
        delegate* unmanaged<nint, int, CLong, void*, CLong> control = &OnControl;
        fixed (byte* name = "weft\0"u8)
        {
            nint method = OpenSsl.BIO_meth_new(OpenSsl.BioTypeSourceSink | 100, name);
            OpenSsl.BIO_meth_set_read(method, (nint)read);
            OpenSsl.BIO_meth_set_write(method, (nint)write);
            OpenSsl.BIO_meth_set_ctrl(method, (nint)control);
            return method;
        }
    }

    [UnmanagedCallersOnly]
    private static int OnRead(nint bio, byte* buffer, int length)
    {
        TlsTransport self = (TlsTransport)GCHandle.FromIntPtr(OpenSsl.BIO_get_data(bio)).Target!;
        OpenSsl.BIO_clear_flags(bio, 0x0f);
        int received = self._inner.TryReceive(new Span<byte>(buffer, length));
        if (received == WouldBlock)
        {
            OpenSsl.BIO_set_flags(bio, OpenSsl.BioFlagsRead | OpenSsl.BioFlagsShouldRetry);
        }

        self._heard |= received > 0;
        return received < 0 ? -1 : received;
    }

    [UnmanagedCallersOnly]
    private static int OnWrite(nint bio, byte* buffer, int length)
    {
        TlsTransport self = (TlsTransport)GCHandle.FromIntPtr(OpenSsl.BIO_get_data(bio)).Target!;
        self._unsent.Append(new ReadOnlySpan<byte>(buffer, length));
        return length;
    }

    [UnmanagedCallersOnly]
    private static CLong OnControl(nint bio, int command, CLong number, void* pointer)
        => new(command == OpenSsl.BioCtrlFlush ? 1 : 0);
}
