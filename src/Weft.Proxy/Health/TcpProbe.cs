namespace Weft.Proxy.Health;

/// <summary>An application is well when it accepts a connection; with TLS also when it proves who it is.</summary>
internal sealed class TcpProbe(ProbeTarget target) : IHealthProbe
{
    public async ValueTask<string?> ProbeAsync()
    {
        (ProbeConnection? connection, string? fault) = await ProbeConnection.DialAsync(target);
        connection?.Close();
        return fault;
    }
}
