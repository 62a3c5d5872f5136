using Weft.Proxy.Buffers;
using Weft.Proxy.Engine;
using Weft.Wire;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Listening;

/// <summary>Receives the PROXY protocol header that begins a connection, and not an octet of what follows it.</summary>
internal static class ProxyHeaderReception
{
    /// <returns>What was read; <see cref="ReadStatus.NeedMore"/> when time was over, <see cref="ReadStatus.Done"/> with version None when the client left without a word.</returns>
    public static async ValueTask<(ReadStatus Status, ProxyHeader Header)> ReceiveAsync(Transport transport, int patienceMs)
    {
        ByteQueue bytes = new(transport.Loop.Pool);
        bool expired = false;
        LoopTimer timer = new(transport.Loop, () =>
        {
            expired = true;
            transport.Readable.Set();
        });
        timer.Set(patienceMs);
        ReadStatus status;
        ProxyHeader header;
        while ((status = ProxyHeaderReader.TryRead(bytes.Bytes, out header, out int missing)) == ReadStatus.NeedMore && !expired)
        {
            int received = transport.TryReceive(bytes.Reserve(missing)[..missing]);
            if (received > 0)
            {
                bytes.Commit(received);
            }
            else if (received == Transport.WouldBlock)
            {
                await transport.Readable;
            }
            else
            {
                status = bytes.IsEmpty ? ReadStatus.Done : ReadStatus.Rejected;
                break;
            }
        }

        timer.Remove();
        bytes.Release();
        return (status, header);
    }
}
