using Weft.Proxy.Engine;

namespace Weft.Proxy.Health;

/// <summary>A connection for one check: dialled, used and closed within the time of one check.</summary>
internal sealed class ProbeConnection
{
    private readonly LoopTimer _timer;
    private Transport? _transport;

    private ProbeConnection(EventLoop loop) => _timer = new LoopTimer(loop, Expire);

    public Transport Transport => _transport!;

    public bool TimedOut { get; private set; }

    /// <summary>Called when the time of the check is over, for users that do not wait on the transport themselves.</summary>
    public Action? OnTimeout { get; set; }

    /// <summary>Dials, as the proxy does for requests. The fault is null when the connection stands.</summary>
    public static async ValueTask<(ProbeConnection? Connection, string? Fault)> DialAsync(ProbeTarget target)
    {
        ProbeConnection connection = new(target.Loop);
        connection._timer.Set(target.TimeoutMs);
        (Transport? transport, string fault) = await target.DialAsync();
        if (transport is not null && !connection.TimedOut)
        {
            connection._transport = transport;
            return (connection, null);
        }

        connection._timer.Remove();
        transport?.Close();
        return (null, $"connecting to {target.Name}: {(connection.TimedOut ? target.Late : fault)}");
    }

    /// <summary>Closes in order: applications log a reset as a fault of theirs.</summary>
    public void Close()
    {
        _timer.Remove();
        _transport!.Close();
    }

    private void Expire()
    {
        TimedOut = true;
        OnTimeout?.Invoke();
        _transport?.Writable.Set();
        _transport?.Readable.Set();
    }
}
