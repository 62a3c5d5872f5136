namespace Weft.Proxy.Security;

internal sealed partial class TlsTransport
{
    /// <summary>Runs the handshake to its end. False when it failed: <see cref="Fault"/> says why, and the peer has been sent the alert.</summary>
    public async ValueTask<bool> HandshakeAsync()
    {
        while (true)
        {
            int state = HandshakeStep();
            Flush();
            if (state != WouldBlock)
            {
                return state == 0;
            }

            await Readable;
            if (IsClosed)
            {
                _fault ??= "closed during the handshake";
                return false;
            }
        }
    }
}
