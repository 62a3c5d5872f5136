using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Health;

/// <summary>A connection to the application for one check: dialled, used and closed within the time of one check.</summary>
internal sealed class ProbeConnection
{
    private readonly SocketTransport _transport;
    private readonly LoopTimer _timer;

    private ProbeConnection(EventLoop loop, SocketTransport transport)
    {
        _transport = transport;
        _timer = new LoopTimer(loop, Expire);
    }

    public SocketTransport Transport => _transport;

    public bool TimedOut { get; private set; }

    /// <summary>Called when the time of the check is over, for users that do not wait on the transport themselves.</summary>
    public Action? OnTimeout { get; set; }

    /// <summary>Dials, as the proxy does for requests. The fault is null when the connection stands.</summary>
    public static async ValueTask<(ProbeConnection? Connection, string? Fault)> DialAsync(EventLoop loop, SocketFactory sockets, NetAddress target, NetAddress? other = null)
    {
        (ProbeConnection? connection, string? fault) = await DialOneAsync(loop, sockets, target);
        return connection is null && other is { } second && await DialOneAsync(loop, sockets, second) is ({ } found, null) ? (found, null) : (connection, fault);
    }

    private static async ValueTask<(ProbeConnection? Connection, string? Fault)> DialOneAsync(EventLoop loop, SocketFactory sockets, NetAddress target)
    {
        if (sockets.Connect(loop, target, out string? fault) is not { } transport)
        {
            return (null, $"connecting to {target}: {fault}");
        }

        ProbeConnection connection = new(loop, transport);
        connection._timer.Set(HealthCheck.TimeoutMs);
        await transport.Writable;
        if (connection.TimedOut)
        {
            connection.Close();
            return (null, $"connecting to {target}: no answer within {HealthCheck.TimeoutMs} ms");
        }

        int error = transport.TakeError();
        if (error != 0)
        {
            connection.Close();
            return (null, $"connecting to {target}: {Libc.Describe(error)}");
        }

        return (connection, null);
    }

    /// <summary>Closes in order: applications log a reset as a fault of theirs.</summary>
    public void Close()
    {
        _timer.Remove();
        _transport.Close();
    }

    private void Expire()
    {
        TimedOut = true;
        OnTimeout?.Invoke();
        _transport.Writable.Set();
        _transport.Readable.Set();
    }
}
