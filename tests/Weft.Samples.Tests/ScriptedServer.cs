using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.Samples.Tests;

/// <summary>A server on the loopback interface that plays a script for each connection: for the first connection the first script, and so on.
/// A step sends its bytes when as many requests have come as the step asks for.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _endOfRequest;
    private readonly Task _serving;
    private int _accepted;

    /// <param name="endOfRequest">The bytes with which a request ends.</param>
    /// <param name="scripts">Per connection: the answers, each sent in the given parts; after the last the connection is closed.</param>
    public ScriptedServer(string endOfRequest, params string[][][] scripts)
    {
        _endOfRequest = endOfRequest;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _serving = ServeAsync(scripts);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    public int Accepted => Volatile.Read(ref _accepted);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(string[][][] scripts)
    {
        foreach (string[][] script in scripts)
        {
            try
            {
                using Socket client = await _listener.AcceptAsync(_stop.Token);
                client.NoDelay = true;
                Interlocked.Increment(ref _accepted);
                await PlayAsync(client, script);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task PlayAsync(Socket client, string[][] script)
    {
        StringBuilder seen = new();
        byte[] buffer = new byte[4096];
        foreach (string[] answer in script)
        {
            while (!seen.ToString().Contains(_endOfRequest, StringComparison.Ordinal))
            {
                int read = await client.ReceiveAsync(buffer, _stop.Token);
                if (read == 0)
                {
                    return;
                }

                seen.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            seen.Clear();
            foreach (string part in answer)
            {
                await client.SendAsync(Encoding.ASCII.GetBytes(part), _stop.Token);
                await Task.Yield();
            }
        }
    }
}
