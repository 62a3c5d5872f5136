using Weft.Contracts.Session;
using Weft.ControlPlane.Registry;
using Weft.Model.Services;

namespace Weft.ControlPlane.Generation;

/// <summary>The ports of a service that no resource describes: all that its workloads have announced.</summary>
internal static class ImplicitPorts
{
    internal static IReadOnlyList<ServicePort> Of(IReadOnlyList<WorkloadRecord> members)
    {
        SortedDictionary<int, ServicePort> ports = [];
        foreach (WorkloadPort port in members.SelectMany(member => member.Ports))
        {
            int number = (int)port.Port;
            AppProtocol protocol = ProtocolOf(port.Protocol);
            if (!ports.TryGetValue(number, out ServicePort? known))
            {
                ports.Add(number, new ServicePort(null, number, (int)port.TargetPort, protocol));
            }
            else if (known.Protocol != protocol)
            {
                // Workloads disagree, so the first bytes of each connection have to tell.
                ports[number] = known with { Protocol = AppProtocol.Auto };
            }
        }

        return [.. ports.Values];
    }

    private static AppProtocol ProtocolOf(string text) => text switch
    {
        "http" or "http1" => AppProtocol.Http1,
        "http2" or "h2c" or "kubernetes.io/h2c" => AppProtocol.Http2,
        "grpc" => AppProtocol.Grpc,
        "tcp" => AppProtocol.Tcp,
        "http-proxy" => AppProtocol.HttpProxy,
        _ => AppProtocol.Auto,
    };
}
