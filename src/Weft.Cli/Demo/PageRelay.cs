using System.Net;
using System.Net.Sockets;
using Weft.Cli.Host;

namespace Weft.Cli.Demo;

/// <summary>
/// Makes the demo's dashboard reachable at home: the control plane listens on 127.0.0.1 of its own network namespace, and this carries
/// connections to it from 127.0.0.1 of ours. Bytes pass unseen.
/// </summary>
internal sealed class PageRelay : IDisposable
{
    /// <summary>A browser holds six connections to one host; several may look.</summary>
    private const int ConnectionsMax = 64;
    private const int BufferBytes = 32 * 1024;

    private readonly Socket _listener;
    private readonly NetworkNamespace _inside;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _end = new();
    private int _open;

    private PageRelay(Socket listener, NetworkNamespace inside, IPEndPoint target)
    {
        _listener = listener;
        _inside = inside;
        _target = target;
    }

    /// <summary>Listens on a port of our loopback and connects to the same port of the other one.</summary>
    public static PageRelay Start(NetworkNamespace inside, int port)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        PageRelay relay = new(listener, inside, new IPEndPoint(IPAddress.Loopback, port));
        _ = relay.AcceptAsync();
        return relay;
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync(_end.Token);
                if (Interlocked.Increment(ref _open) > ConnectionsMax)
                {
                    Interlocked.Decrement(ref _open);
                    client.Dispose();
                    continue;
                }

                _ = CarryAsync(client);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The demo ends.
        }
    }

    private async Task CarryAsync(Socket client)
    {
        try
        {
            using Socket held = client;
            using Socket server = NamespaceSocket.Create(_inside);
            await server.ConnectAsync(_target, _end.Token);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            Task up = CopyAsync(held, server, either.Token);
            Task down = CopyAsync(server, held, either.Token);

            // Whoever ends first has said all: browsers and the server close whole connections, not halves.
            await Task.WhenAny(up, down);
            await either.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or System.ComponentModel.Win32Exception or ObjectDisposedException)
        {
            // The browser sees a closed connection, as without us.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancel)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int length; (length = await from.ReceiveAsync(buffer, cancel)) > 0;)
        {
            for (int sent = 0; sent < length;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), cancel);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
