using System.Buffers.Binary;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Names;

/// <summary>Reaches name servers over the sockets of one loop.</summary>
internal sealed class ResolverNetwork(EventLoop loop, SocketFactory sockets) : IResolverNetwork
{
    public IClosableDatagrams? Open(NetFamily family, DatagramReceiver received)
    {
        try
        {
            return DatagramSocket.Bind(loop, sockets, family == NetFamily.V6 ? NetAddress.V6(0, 0) : NetAddress.V4(0, 0), received);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async ValueTask<byte[]?> AskOverTcpAsync(NetAddress server, byte[] query, int timeoutMs)
    {
        SocketTransport? socket = sockets.Connect(loop, server, out _);
        if (socket is null)
        {
            return null;
        }

        LoopTimer timer = new(loop, socket.Abort);
        timer.Set(timeoutMs);
        await socket.Writable;
        byte[]? answer = null;
        if (!socket.IsClosed && socket.TakeError() == 0)
        {
            byte[] framed = new byte[2 + query.Length];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
            query.CopyTo(framed, 2);
            if (socket.TrySend(framed) == framed.Length)
            {
                byte[] length = new byte[2];
                if (await ReceiveAsync(socket, length))
                {
                    answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    answer = await ReceiveAsync(socket, answer) ? answer : null;
                }
            }
        }

        timer.Remove();
        socket.Close();
        return answer;
    }

    private static async ValueTask<bool> ReceiveAsync(SocketTransport socket, byte[] buffer)
    {
        for (int have = 0; have < buffer.Length;)
        {
            int received = socket.TryReceive(buffer.AsSpan(have));
            if (received > 0)
            {
                have += received;
            }
            else if (received == Transport.WouldBlock)
            {
                await socket.Readable;
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
