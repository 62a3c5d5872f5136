using System.Net;
using System.Net.Sockets;

namespace Weft.Bench.Clients;

/// <summary>Sends back whatever comes, on one thread, until the process is told to stop.</summary>
internal static class EchoServer
{
    public static int Run(int port)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(1024);
        using EpollLoop loop = new();
        int listening = (int)listener.Handle;
        loop.Add(listening);
        Dictionary<int, Socket> clients = [];
        int[] ready = new int[64];
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            int count = loop.Wait(ready, -1);
            for (int i = 0; i < count; i++)
            {
                if (ready[i] == listening)
                {
                    Socket client = listener.Accept();
                    client.NoDelay = true;
                    clients[(int)client.Handle] = client;
                    loop.Add((int)client.Handle);
                    continue;
                }

                int read = EpollLoop.Read(ready[i], buffer);
                if (read > 0)
                {
                    EpollLoop.Write(ready[i], buffer.AsSpan(0, read));
                }
                else if (clients.Remove(ready[i], out Socket? gone))
                {
                    loop.Remove(ready[i]);
                    gone.Dispose();
                }
            }
        }
    }
}
