using Weft.Proxy.Flows;
using Weft.Routing.Balancing;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Meshing;

/// <summary>What one worker knows of one service from its own traffic, and bytes that would otherwise be made per request.</summary>
internal sealed class ServiceState(string name)
{
    private readonly Dictionary<(string Identity, ushort Port), TunnelAddress> _addresses = [];
    private string _lastIdentity = "";
    private ushort _lastPort;
    private TunnelAddress? _last;

    public EndpointLoads Loads { get; } = new();

    /// <summary>Templates of the paths that its callers ask for.</summary>
    public PathTemplates Templates { get; } = new();

    /// <summary>Loop time when the control thread was last told that the service is in use.</summary>
    public long TouchedMs { get; set; }

    /// <summary>How the far proxy is told what is meant by a port of the service at one endpoint.</summary>
    public TunnelAddress AddressOf(EndpointView endpoint, ushort servicePort)
    {
        ushort port = endpoint.TargetPort(servicePort);
        if (_last is not null && port == _lastPort && string.Equals(endpoint.Identity, _lastIdentity, StringComparison.Ordinal))
        {
            return _last;
        }

        if (!_addresses.TryGetValue((endpoint.Identity, port), out TunnelAddress? address))
        {
            address = TunnelAddress.Of(endpoint.Identity, name, port);
            _addresses.Add((endpoint.Identity, port), address);
        }

        (_last, _lastIdentity, _lastPort) = (address, endpoint.Identity, port);
        return address;
    }
}
