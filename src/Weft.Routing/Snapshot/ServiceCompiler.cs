using Weft.Contracts.Mesh;
using Weft.Primitives.Net;
using Weft.Routing.Balancing;

namespace Weft.Routing.Snapshot;

/// <summary>Checks and compiles Service, Endpoints, Destination and TrustBundle.</summary>
internal static class ServiceCompiler
{
    private const uint DefaultConnectTimeoutMs = 2_000;
    private const string HostPrefix = "host/";
    private const string AddressPrefix = "address/";

    public static ServiceSettings Compile(string name, Service source)
    {
        Check.SameName(Check.ServiceName(name, "name"), "namespace and name", source.Namespace + "/" + source.Name);
        HashSet<ushort> numbers = [];
        PortView[] ports = new PortView[source.Ports.Count];
        for (int i = 0; i < ports.Length; i++)
        {
            Port port = source.Ports[i];
            ushort number = Check.Port(port.Number, $"ports[{i}].number");
            if (!numbers.Add(number))
            {
                Check.Fail($"ports[{i}].number {number} is given twice");
            }

            ports[i] = new PortView(number, Check.Known(port.Protocol, $"ports[{i}].protocol"), port.Name);
        }

        return new ServiceSettings(
            name,
            Check.OptionalAddress(source.VirtualAddress, "virtual_address"),
            ports,
            Check.Known(source.Balancing, "balancing"),
            CompileOutlier(source.OutlierDetection),
            Check.TimeoutMs(source.ConnectTimeoutMs, DefaultConnectTimeoutMs, "connect_timeout_ms"),
            Check.TimeoutMs(source.IdleTimeoutMs, whenZero: 0, "idle_timeout_ms"),
            HealthCheckCompiler.Compile(source.HealthCheck));
    }

    public static EndpointSet Compile(string name, Endpoints source)
    {
        Check.SameName(Check.ServiceName(name, "name"), "service", source.Service);
        HashSet<string> keys = new(StringComparer.Ordinal);
        EndpointView[] endpoints = new EndpointView[source.Items.Count];
        for (int i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = Compile(source.Items[i], $"endpoints[{i}]");
            if (!keys.Add(endpoints[i].Key))
            {
                Check.Fail($"endpoints[{i}] \"{endpoints[i].Key}\" is given twice");
            }
        }

        return new EndpointSet(endpoints);
    }

    /// <summary>A destination by host name or by address.</summary>
    public static (DestinationView View, NetAddress? Address) Compile(string name, Destination source)
    {
        Check.ServiceName(source.Service, "service");
        NetAddress? virtualAddress = Check.OptionalAddress(source.VirtualAddress, "virtual_address");
        if (name.StartsWith(HostPrefix, StringComparison.Ordinal))
        {
            int at = name.LastIndexOf('@');
            string host = at < 0 ? name[HostPrefix.Length..] : name[HostPrefix.Length..at];
            if (host.Length is 0 or > 253 || !System.Text.Ascii.IsValid(host))
            {
                Check.Fail("the name is not host/<name>@<namespace>");
            }

            return (new DestinationView(host.TrimEnd('.'), source.Service, virtualAddress), null);
        }

        if (!name.StartsWith(AddressPrefix, StringComparison.Ordinal))
        {
            Check.Fail("the name is neither host/<name>@<namespace> nor address/<ip>");
        }

        string text = name[AddressPrefix.Length..];
        return (new DestinationView(text, source.Service, virtualAddress), Check.Address(text, "the address in the name"));
    }

    public static TrustBundleView Compile(string name, TrustBundle source)
    {
        Check.SameName(name, "trust_domain", source.TrustDomain);
        if (source.Roots.Count == 0 || source.Roots.Exists(r => r.Length == 0))
        {
            Check.Fail("roots is empty or has an empty certificate");
        }

        return new TrustBundleView(name, source.Roots);
    }

    private static EndpointView Compile(Endpoint source, string field)
    {
        string? host = source.TunnelPort == 0 && Check.IsHostName(source.Address) ? source.Address : null;
        NetAddress address = host is null ? Check.Address(source.Address, field + ".address") : default;
        Check.PortOrZero(source.TunnelPort, field + ".tunnel_port");
        Check.Known(source.Health, field + ".health");
        Check.Weight(source.Weight, field + ".weight");
        foreach (TargetPort port in source.Ports)
        {
            Check.Port(port.ServicePort, field + ".ports.service_port");
            Check.Port(port.Target, field + ".ports.target_port");
        }

        if (source.TunnelPort != 0 && source.Identity.Length == 0)
        {
            Check.Fail($"{field} has a tunnel_port and no identity: whoever answers there would be believed");
        }

        if (source.Workload.Length > 0)
        {
            return new EndpointView(source, address, host, Check.ServiceName(source.Workload, field + ".workload"));
        }

        IEnumerable<uint> ports = source.TunnelPort != 0 ? [source.TunnelPort] : source.Ports.Select(p => p.Target);
        return new EndpointView(source, address, host, (host ?? address.HostText) + ":" + string.Join(',', ports));
    }

    private static OutlierSettings CompileOutlier(OutlierDetection? source)
    {
        OutlierSettings settings = OutlierSettings.Default;
        if (source is null)
        {
            return settings;
        }

        if (source.MaxEjectedPercent > 100)
        {
            Check.Fail($"outlier_detection.max_ejected_percent {source.MaxEjectedPercent} is more than 100");
        }

        if (source.ConsecutiveFailures > 1_000_000)
        {
            Check.Fail($"outlier_detection.consecutive_failures {source.ConsecutiveFailures} is more than 1000000");
        }

        return new OutlierSettings(
            source.ConsecutiveFailures == 0 ? settings.ConsecutiveFailures : (int)source.ConsecutiveFailures,
            Check.TimeoutMs(source.EjectionMs, (uint)settings.EjectionMs, "outlier_detection.ejection_ms"),
            source.MaxEjectedPercent == 0 ? settings.MaxEjectedPercent : (int)source.MaxEjectedPercent);
    }
}
