using System.Net;
using System.Net.Sockets;

namespace Weft.Native.Tests;

/// <summary>
/// Passes connections on until it is cut; then those that are open end, and new ones are refused. Frozen, it keeps those that are open and passes nothing on them any more, as if the
/// other host had vanished; new ones are passed on.
/// </summary>
internal sealed class CuttableLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _cut = new();
    private Task _running = Task.CompletedTask;
    private int _count;
    private volatile int _frozen;

    public CuttableLink()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>How many connections came since this was last asked.</summary>
    public int TakeCount() => Interlocked.Exchange(ref _count, 0);

    public void LeadTo(int port) => _running = RunAsync(port);

    public void Freeze() => _frozen++;

    public void Cut()
    {
        _listener.Stop();
        _cut.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _running;
        _cut.Dispose();
    }

    private async Task RunAsync(int port)
    {
        List<Task> passing = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_cut.Token);
                Interlocked.Increment(ref _count);
                passing.Add(PassAsync(client, port));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient client, int port)
    {
        using (client)
        using (TcpClient server = new())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, port, _cut.Token);
                int frozen = _frozen;
                await Task.WhenAny(CopyAsync(client, server, frozen), CopyAsync(server, client, frozen));
            }
            catch (Exception over) when (over is OperationCanceledException or IOException or SocketException)
            {
                // Cut, or one side has ended.
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, int frozen)
    {
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            int length = await from.GetStream().ReadAsync(buffer, _cut.Token);
            if (_frozen != frozen)
            {
                await Task.Delay(Timeout.Infinite, _cut.Token);
            }

            if (length == 0)
            {
                return;
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _cut.Token);
        }
    }
}
