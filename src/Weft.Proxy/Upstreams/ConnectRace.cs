using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Upstreams;

/// <summary>
/// Connects to one of several addresses of a name (RFC 8305, 5): one after another, the next as soon as one has failed or has taken 250 ms;
/// the first that works wins and the others are given up.
/// </summary>
internal sealed class ConnectRace(EventLoop loop, SocketFactory sockets)
{
    private const int StepMs = 250;

    private readonly Signal _changed = new(loop);
    private readonly List<SocketTransport> _running = [];
    private SocketTransport? _winner;
    private bool _stepped;

    /// <summary>Whether time was over before one worked.</summary>
    public bool IsExpired { get; private set; }

    /// <summary>What the address said that failed last; null when none has.</summary>
    public string? Fault { get; private set; }

    /// <returns>A connected socket, or null.</returns>
    public async ValueTask<SocketTransport?> RunAsync(IReadOnlyList<NetAddress> addresses, ushort port, int timeoutMs)
    {
        LoopTimer deadline = new(loop, () =>
        {
            IsExpired = true;
            _changed.Set();
        });
        LoopTimer step = new(loop, () =>
        {
            _stepped = true;
            _changed.Set();
        });
        deadline.Set(timeoutMs);
        int next = 0;
        while (_winner is null && !IsExpired && (next < addresses.Count || _running.Count > 0))
        {
            if (next < addresses.Count && (_stepped || _running.Count == 0))
            {
                _stepped = false;
                step.Set(StepMs);
                _ = TryAsync(addresses[next++].WithPort(port));
                continue;
            }

            await _changed;
        }

        deadline.Remove();
        step.Remove();
        foreach (SocketTransport loser in _running.ToArray())
        {
            loser.Abort();
        }

        return _winner;
    }

    private async Task TryAsync(NetAddress address)
    {
        SocketTransport? socket = sockets.Connect(loop, address, out string? fault);
        if (socket is null)
        {
            Fault = $"{address}: {fault}";
            _changed.Set();
            return;
        }

        _running.Add(socket);
        await socket.Writable;
        _running.Remove(socket);
        int error = socket.IsClosed ? 0 : socket.TakeError();
        if (!socket.IsClosed && error == 0 && _winner is null)
        {
            _winner = socket;
        }
        else
        {
            Fault = error == 0 ? Fault : $"{address}: {Libc.Describe(error)}";
            socket.Close();
        }

        _changed.Set();
    }
}
