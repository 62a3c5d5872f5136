using Weft.Contracts.Mesh;
using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.Model.Services;

namespace Weft.ControlPlane.Generation;

/// <summary>Where a service can be reached now.</summary>
internal static class EndpointsGenerator
{
    internal static Endpoints Generate(MeshService service)
    {
        var message = new Endpoints { Service = service.Name.ToString() };
        message.Items.AddRange(service.Members.Select(member => ToEndpoint(member, service.Ports)));
        return message;
    }

    private static Endpoint ToEndpoint(WorkloadRecord member, IReadOnlyList<ServicePort> ports)
    {
        var endpoint = new Endpoint
        {
            Workload = member.Name.ToString(),
            Address = member.Address,
            TunnelPort = member.TunnelPort,
            Identity = member.Identity,
            Health = member.Health,
            Weight = member.Weight,
            Zone = member.Zone,
            Labels = new Dictionary<string, string>(member.Labels, StringComparer.Ordinal),
        };
        endpoint.Ports.AddRange(ports
            .Where(port => Serves(member, port))
            .Select(port => new TargetPort { ServicePort = (uint)port.Port, Target = TargetOf(member, port) }));
        return endpoint;
    }

    /// <summary>A workload that announces no ports serves all of its service's.</summary>
    private static bool Serves(WorkloadRecord member, ServicePort port) => member.Ports.Count == 0 || FindPort(member, port) is not null;

    private static uint TargetOf(WorkloadRecord member, ServicePort port) => FindPort(member, port)?.TargetPort ?? (uint)port.TargetPort;

    /// <summary>The workload's own entry for the port of the service; else the one where its application listens on the service's target port.</summary>
    private static WorkloadPort? FindPort(WorkloadRecord member, ServicePort port)
    {
        WorkloadPort? byTarget = null;
        foreach (WorkloadPort own in member.Ports)
        {
            if (own.Port == port.Port)
            {
                return own;
            }

            byTarget ??= own.TargetPort == port.TargetPort ? own : null;
        }

        return byTarget;
    }
}
