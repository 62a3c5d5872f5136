using System.Runtime.InteropServices;
using System.Text;

namespace Weft.Proxy.Security;

/// <content>OpenSSL's connection object and the buffers between it and the inner transport.</content>
internal sealed unsafe partial class TlsTransport
{
    private static readonly nint Method = MakeMethod();

    private void BeginHandshake(string? serverName)
    {
        _self = GCHandle.Alloc(this);
        _ssl = _context.NewConnection();
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

    private void FreeOpenSsl()
    {
        if (_ssl != 0)
        {
            OpenSsl.SSL_free(_ssl);
            _ssl = 0;
            _self.Free();
        }
    }

    private static TlsTransport Of(nint ssl) => OfBio(OpenSsl.SSL_get_rbio(ssl));

    private static TlsTransport OfBio(nint bio) => (TlsTransport)GCHandle.FromIntPtr(OpenSsl.BIO_get_data(bio)).Target!;

    private int ReadFromOpenSsl(Span<byte> buffer)
    {
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

        switch (OpenSsl.SSL_get_error(_ssl, read))
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

    /// <summary>OpenSSL asks for the header of a record and then for the rest of it; what came with it stays for whoever reads next.</summary>
    [UnmanagedCallersOnly]
    private static int OnRead(nint bio, byte* buffer, int length)
    {
        TlsTransport self = OfBio(bio);
        OpenSsl.BIO_clear_flags(bio, 0x0f);
        if (self._received.IsEmpty)
        {
            int received = self.Receive();
            if (received <= 0)
            {
                if (received == WouldBlock)
                {
                    OpenSsl.BIO_set_flags(bio, OpenSsl.BioFlagsRead | OpenSsl.BioFlagsShouldRetry);
                }

                return received < 0 ? -1 : 0;
            }

            self._heard = true;
        }

        int count = Math.Min(length, self._received.Length);
        self._received.Bytes[..count].CopyTo(new Span<byte>(buffer, count));
        self._received.Consume(count);
        return count;
    }

    [UnmanagedCallersOnly]
    private static int OnWrite(nint bio, byte* buffer, int length)
    {
        OfBio(bio)._unsent.Append(new ReadOnlySpan<byte>(buffer, length));
        return length;
    }

    [UnmanagedCallersOnly]
    private static CLong OnControl(nint bio, int command, CLong number, void* pointer)
        => new(command == OpenSsl.BioCtrlFlush ? 1 : 0);
}
