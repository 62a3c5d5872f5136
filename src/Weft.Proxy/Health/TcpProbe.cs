using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Health;

/// <summary>The application is well when it accepts a connection.</summary>
internal sealed class TcpProbe(EventLoop loop, SocketFactory sockets, NetAddress target) : IHealthProbe
{
    public async ValueTask<string?> ProbeAsync()
    {
        (ProbeConnection? connection, string? fault) = await ProbeConnection.DialAsync(loop, sockets, target);
        connection?.Close();
        return fault;
    }
}
