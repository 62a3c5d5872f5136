using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Services;

/// <summary>Kind <c>v1 Service</c>. Of the Kubernetes fields, those that only make sense inside a cluster are refused by name.</summary>
internal static class ServiceCodec
{
    private const int PortsMax = 64;

    private static readonly ChoiceSet<AppProtocol> s_appProtocols = new(
        ("http", AppProtocol.Http1),
        ("http2", AppProtocol.Http2),
        ("kubernetes.io/h2c", AppProtocol.Http2),
        ("grpc", AppProtocol.Grpc),
        ("tcp", AppProtocol.Tcp),
        ("http-proxy", AppProtocol.HttpProxy),
        ("auto", AppProtocol.Auto));

    private static readonly string[] s_clusterFields =
    [
        "clusterIP", "clusterIPs", "externalName", "externalIPs", "externalTrafficPolicy", "internalTrafficPolicy", "ipFamilies", "ipFamilyPolicy",
        "loadBalancerIP", "publishNotReadyAddresses", "sessionAffinity",
    ];

    private static readonly ChoiceSet<TransportProtocol> s_transports = new(("TCP", TransportProtocol.Tcp));

    private static readonly ChoiceSet<ServiceType> s_types = new(("ClusterIP", ServiceType.ClusterIp));

    public static ServiceSpec Read(ObjectReader spec)
    {
        foreach (string field in s_clusterFields)
        {
            spec.NotSupported(field, "the mesh gives a service its address itself and reaches it from inside only");
        }

        spec.Choice("type", s_types, ServiceType.ClusterIp);
        List<ServicePort> ports = [];
        List<ObjectReader> items = spec.Objects("ports", PortsMax);
        if (items.Count == 0 && !spec.Has("ports"))
        {
            spec.Missing("ports", "ports: [{port: 8080}]");
        }

        foreach (ObjectReader item in items)
        {
            ports.Add(ReadPort(item, ports, single: items.Count == 1));
        }

        Dictionary<string, string> selector = spec.LabelMap("selector");
        spec.Finish();
        return new ServiceSpec { Ports = ports, Selector = selector };
    }

    public static MappingNode Write(ServiceSpec spec) => new MappingBuilder()
        .Add("ports", spec.Ports, port => new MappingBuilder()
            .Add("name", port.Name)
            .Add("port", port.Port)
            .Add("targetPort", port.TargetPort == port.Port ? null : port.TargetPort)
            .Add("appProtocol", s_appProtocols.WordUnlessDefault(port.Protocol, AppProtocol.Auto))
            .Build())
        .Add("selector", spec.Selector)
        .Build();

    private static ServicePort ReadPort(ObjectReader item, List<ServicePort> before, bool single)
    {
        string? name = item.Label("name");
        int port = item.RequiredInteger("port", 1, 65535, "port: 8080");
        int targetPort = item.Integer("targetPort", 1, 65535) ?? port;
        item.Choice("protocol", s_transports, TransportProtocol.Tcp);
        AppProtocol protocol = item.Choice("appProtocol", s_appProtocols, AppProtocol.Auto);
        item.NotSupported("nodePort", "the mesh opens no port on nodes");
        item.Finish();
        if (port != 0 && before.Any(other => other.Port == port))
        {
            item.Fail(FindingCodes.Conflict, "port", $"has port {port} twice", "a port stands for one thing", "remove one of the two");
        }

        if (name is not null && before.Any(other => other.Name == name))
        {
            item.Fail(FindingCodes.Conflict, "name", $"has two ports named \"{name}\"", "names of ports are unique inside a service", "rename one of the two");
        }

        if (name is null && !single && !item.Has("name"))
        {
            item.Missing("name", "name: http (several ports need names)");
        }

        return new ServicePort(name, port, targetPort, protocol);
    }
}
