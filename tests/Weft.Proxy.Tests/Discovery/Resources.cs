using Weft.Contracts;
using Weft.Contracts.Discovery;
using Weft.Contracts.Mesh;
using Weft.Contracts.Protobuf;

namespace Weft.Proxy.Tests.Discovery;

/// <summary>Short ways to write resources and responses.</summary>
internal static class Resources
{
    public static Resource Destination(string name, string service, string address = "240.77.0.1", string version = "1") =>
        Pack(TypeUrls.Destination, name, version, new Destination { Service = service, VirtualAddress = address });

    public static Resource Service(string name, string version = "1", uint port = 8080)
    {
        Service service = new() { Namespace = name.Split('/')[0], Name = name.Split('/')[1] };
        service.Ports.Add(new Port { Number = port });
        return Pack(TypeUrls.Service, name, version, service);
    }

    public static Resource Endpoints(string name, params string[] addresses)
    {
        Endpoints endpoints = new() { Service = name };
        foreach (string address in addresses)
        {
            endpoints.Items.Add(new Endpoint { Address = address, Workload = $"{name}-{endpoints.Items.Count}" });
        }

        return Pack(TypeUrls.Endpoints, name, "1", endpoints);
    }

    public static Resource Routes(string name, params string[] backends)
    {
        RouteSet routes = new() { Service = name };
        RouteRule rule = new() { Name = "HTTPRoute/shop/r/0" };
        foreach (string backend in backends)
        {
            rule.Backends.Add(new Backend { Service = backend, Port = 8080, Weight = 1 });
        }

        routes.Rules.Add(rule);
        return Pack(TypeUrls.RouteSet, name, "1", routes);
    }

    public static Resource Policy(string service, string version = "1") =>
        Pack(TypeUrls.PolicySet, service, version, new PolicySet { Service = service });

    /// <summary>Bytes that are no message of the type.</summary>
    public static Resource Broken(string typeUrl, string name, string version) =>
        new() { Name = name, Version = version, Body = new AnyMessage(typeUrl, [0xff]) };

    public static DeltaDiscoveryResponse Response(string typeUrl, Resource[] resources, string[]? removed = null, ulong commit = 1)
    {
        DeltaDiscoveryResponse response = new() { TypeUrl = typeUrl, Nonce = Guid.NewGuid().ToString("n"), SystemVersionInfo = commit.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        response.Resources.AddRange(resources);
        response.RemovedResources.AddRange(removed ?? []);
        return response;
    }

    private static Resource Pack<T>(string typeUrl, string name, string version, T message)
        where T : IProtoMessage<T> => new() { Name = name, Version = version, Body = new AnyMessage(typeUrl, message.ToBytes()) };
}
