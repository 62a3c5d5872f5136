using System.Net;
using System.Net.Sockets;

namespace Weft.Native.Tests;

/// <summary>Passes connections on, byte by byte, and counts them.</summary>
internal sealed class ConnectionCounter : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private int _count;

    public ConnectionCounter(string target)
    {
        _target = IPEndPoint.Parse(target);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>How many came since this was last asked.</summary>
    public int Take() => Interlocked.Exchange(ref _count, 0);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _count);
                _ = PassAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket client)
    {
        using (client)
        using (Socket server = new(SocketType.Stream, ProtocolType.Tcp))
        {
            await server.ConnectAsync(_target);
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer)) > 0;)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // What is broken off on one side is broken off on the other.
            to.Close(0);
        }
        catch (ObjectDisposedException)
        {
            // The other direction has broken off.
        }
    }
}
