using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;

namespace Weft.Proxy.Health;

/// <summary>A connection for one check: dialled, used and closed within the time of one check.</summary>
internal sealed class ProbeConnection
{
    private readonly LoopTimer _timer;
    private Transport? _transport;
    private Http2Connection? _http2;

    private ProbeConnection(EventLoop loop) => _timer = new LoopTimer(loop, Expire);

    public Transport Transport => _transport!;

    public bool TimedOut { get; private set; }

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

    /// <summary>Speaks HTTP/2 from now on and opens a stream; null: the peer speaks something else, or said nothing in time.</summary>
    public async ValueTask<ILease?> OpenStreamAsync()
    {
        _http2 = new Http2Connection(Transport, ConnectionLimits.Default, isServer: false);
        _ = _http2.RunAsync(handler: null);
        while (!_http2.IsConfirmed && !_http2.HasEnded)
        {
            await _http2.Opened;
        }

        return _http2.HasRoom ? _http2.Open() : null;
    }

    /// <summary>Closes in order: applications log a reset as a fault of theirs.</summary>
    public void Close()
    {
        _timer.Remove();
        _http2?.Abort(StreamFault.Draining);
        _transport!.Close();
    }

    private void Expire()
    {
        TimedOut = true;
        _http2?.Abort(StreamFault.Timeout);
        _transport?.Writable.Set();
        _transport?.Readable.Set();
    }
}
