using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Health;

/// <summary>The application is well when it accepts a connection.</summary>
internal sealed class TcpProbe(EventLoop loop, SocketFactory sockets, NetAddress target) : IHealthProbe
{
    /// <summary>Where else the application may be; see <see cref="ServedPort.Other"/>.</summary>
    public NetAddress? Other { get; init; }

    public async ValueTask<string?> ProbeAsync()
    {
        (ProbeConnection? connection, string? fault) = await ProbeConnection.DialAsync(loop, sockets, target, Other);
        connection?.Close();
        return fault;
    }
}
