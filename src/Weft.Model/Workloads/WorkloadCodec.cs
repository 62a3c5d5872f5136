using System.Net;
using System.Net.Sockets;
using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Workloads;

/// <summary>Kind <c>weft.mesh/v1 Workload</c>.</summary>
internal static class WorkloadCodec
{
    private const int PortsMax = 64;

    public static WorkloadSpec Read(ObjectReader spec, string workloadNamespace)
    {
        string service = spec.RequiredLabel("service", "service: orders-db");
        string address = ReadAddress(spec);
        List<WorkloadPort> ports = [];
        foreach (ObjectReader item in spec.Objects("ports", PortsMax))
        {
            int port = item.RequiredInteger("port", 1, 65535, "port: 5432");
            int targetPort = item.Integer("targetPort", 1, 65535) ?? port;
            item.Finish();
            if (port != 0 && ports.Any(other => other.Port == port))
            {
                item.Fail(FindingCodes.Conflict, "port", $"has port {port} twice", "a port stands for one thing", "remove one of the two");
            }

            ports.Add(new WorkloadPort(port, targetPort));
        }

        int weight = spec.Integer("weight", 1, 10_000) ?? 1;
        string? zone = spec.Label("zone");
        spec.NotSupported("labels", "labels of a workload stand in metadata.labels").Finish();
        return new WorkloadSpec { Service = new NamespacedName(workloadNamespace, service), Address = address, Ports = ports, Weight = weight, Zone = zone };
    }

    public static MappingNode Write(WorkloadSpec spec) => new MappingBuilder()
        .Add("service", spec.Service.Name)
        .Add("address", spec.Address)
        .Add("ports", spec.Ports, port => new MappingBuilder()
            .Add("port", port.Port)
            .Add("targetPort", port.TargetPort == port.Port ? null : port.TargetPort)
            .Build())
        .Add("weight", spec.Weight == 1 ? null : spec.Weight)
        .Add("zone", spec.Zone)
        .Build();

    private static string ReadAddress(ObjectReader spec)
    {
        string text = spec.RequiredText("address", "address: 10.0.3.7");
        if (text.Length == 0 || DnsName.IsHost(text))
        {
            return text;
        }

        // IPAddress.TryParse also reads "1", "0x7f.1" and "010.0.0.1"; only the text that it would write itself is accepted, so that an
        // address means the same to every reader.
        if (!IPAddress.TryParse(text, out IPAddress? address) || address.ToString() != text)
        {
            spec.Fail(
                FindingCodes.BadValue,
                "address",
                $"has a bad address \"{text}\"",
                "an address is IPv4 as in 10.0.3.7, IPv6 in its shortest lower-case form as in fd00::7, or a host name in lower case as in db.example.com",
                "write the address like that");
            return "";
        }

        bool unusable = IPAddress.Any.Equals(address) || IPAddress.IPv6Any.Equals(address) || address.IsIPv6Multicast || address.IsIPv4MappedToIPv6
            || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224);
        if (unusable)
        {
            spec.Fail(
                FindingCodes.BadValue,
                "address",
                $"has the address {text}, to which nobody can connect",
                "it is unspecified, multicast or mapped",
                "write the address of one host");
        }

        return text;
    }
}
