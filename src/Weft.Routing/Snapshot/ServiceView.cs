using Weft.Contracts.Mesh;
using Weft.Primitives.Net;
using Weft.Routing.Balancing;
using Weft.Routing.Matching;

namespace Weft.Routing.Snapshot;

/// <summary>A service with everything needed to reach it, joined from the resources Service, Endpoints and RouteSet of its name.</summary>
public sealed class ServiceView
{
    private readonly PortView[] _ports;

    internal ServiceView(ServiceSettings settings, EndpointSet endpoints, RouteTable routes, bool isWhole)
    {
        _ports = settings.Ports;
        Name = settings.Name;
        VirtualAddress = settings.VirtualAddress;
        Balancing = settings.Balancing;
        Outlier = settings.Outlier;
        ConnectTimeoutMs = settings.ConnectTimeoutMs;
        IdleTimeoutMs = settings.IdleTimeoutMs;
        HealthCheck = settings.HealthCheck;
        Endpoints = endpoints;
        Routes = routes;
        IsWhole = isWhole;
    }

    /// <summary>"&lt;namespace&gt;/&lt;name&gt;".</summary>
    public string Name { get; }

    /// <summary>With port 0; null when the service has none.</summary>
    public NetAddress? VirtualAddress { get; }

    public ReadOnlySpan<PortView> Ports => _ports;

    public Contracts.Mesh.Balancing Balancing { get; }

    public OutlierSettings Outlier { get; }

    public int ConnectTimeoutMs { get; }

    public int IdleTimeoutMs { get; }

    /// <summary>How endpoints without a proxy are checked from here; null: not at all.</summary>
    public HealthCheckRule? HealthCheck { get; }

    public EndpointSet Endpoints { get; }

    public RouteTable Routes { get; }

    /// <summary>
    /// Whether the control plane has answered for the endpoints and for the routes, be it with "there are none". Until then a decision
    /// could miss a route: the proxy waits.
    /// </summary>
    public bool IsWhole { get; }

    /// <summary>The port of that number, or null.</summary>
    public PortView? FindPort(int number)
    {
        foreach (PortView port in _ports)
        {
            if (port.Number == number)
            {
                return port;
            }
        }

        return null;
    }
}
