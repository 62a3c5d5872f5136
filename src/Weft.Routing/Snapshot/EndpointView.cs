using Weft.Contracts.Mesh;
using Weft.Primitives.Net;

namespace Weft.Routing.Snapshot;

/// <summary>One place where a service runs.</summary>
public sealed class EndpointView
{
    private readonly (ushort ServicePort, ushort TargetPort)[] _ports;

    internal EndpointView(Endpoint source, NetAddress address, string? host, string key)
    {
        Host = host;
        Key = key;
        Workload = source.Workload;
        Address = address;
        TunnelPort = (ushort)source.TunnelPort;
        Identity = source.Identity;
        Health = source.Health;
        Weight = source.Weight == 0 ? 1 : (int)source.Weight;
        Zone = source.Zone;
        Labels = source.Labels;
        Version = Labels.GetValueOrDefault("version") ?? "";
        _ports = [.. source.Ports.Select(p => ((ushort)p.ServicePort, (ushort)p.Target))];
    }

    private EndpointView(EndpointView other, Health health)
    {
        (Host, Key, Workload, Address, TunnelPort, Identity) = (other.Host, other.Key, other.Workload, other.Address, other.TunnelPort, other.Identity);
        (Weight, Zone, Labels, Version, _ports) = (other.Weight, other.Zone, other.Labels, other.Version, other._ports);
        Health = health;
    }

    /// <summary>
    /// What stays the same when the endpoint's other properties change, so that live figures survive: the workload, or the address and
    /// ports without one.
    /// </summary>
    public string Key { get; }

    /// <summary>"&lt;namespace&gt;/&lt;workload&gt;"; empty outside the mesh.</summary>
    public string Workload { get; }

    /// <summary>A host name that the caller's proxy resolves, in place of an address; only outside the mesh.</summary>
    public string? Host { get; }

    /// <summary>The address, with port 0; none when there is a <see cref="Host"/>.</summary>
    public NetAddress Address { get; }

    /// <summary>Where the endpoint's proxy takes mutual TLS; 0: not in the mesh, plain bytes.</summary>
    public ushort TunnelPort { get; }

    public bool IsMeshed => TunnelPort != 0;

    /// <summary>Whether callers may check it themselves: there is no proxy beside it that would, and nobody wants it to be left.</summary>
    public bool IsChecked => !IsMeshed && Health != Health.Draining;

    /// <summary>The SPIFFE ID that the endpoint must present; empty outside the mesh.</summary>
    public string Identity { get; }

    public Health Health { get; }

    /// <summary>1..1,000,000.</summary>
    public int Weight { get; }

    public string Zone { get; }

    /// <summary>The label "version"; empty without one.</summary>
    public string Version { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>Where the application listens for a port of the service: the same number unless the endpoint says otherwise.</summary>
    public ushort TargetPort(ushort servicePort)
    {
        foreach ((ushort from, ushort to) in _ports)
        {
            if (from == servicePort)
            {
                return to;
            }
        }

        return servicePort;
    }

    internal EndpointView With(Health health) => new(this, health);
}
