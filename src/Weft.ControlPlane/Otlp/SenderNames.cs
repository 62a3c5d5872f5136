using Weft.Contracts.Otlp;
using Weft.ControlPlane.Serving;
using Weft.Model;

namespace Weft.ControlPlane.Otlp;

/// <summary>Turns what OpenTelemetry calls a service into what the mesh calls one, so that a service that is seen both ways is one node.</summary>
internal sealed class SenderNames(SubscriptionIndex index)
{
    /// <summary>The namespace of services that say none and that the mesh does not know: no namespace of a mesh is called so.</summary>
    internal const string Outside = "otlp:";

    /// <summary>"namespace/name" of the sender; for one that the mesh does not know and that names no namespace "otlp:/name".</summary>
    internal string OfResource(OtlpAttributes? resource)
    {
        string name = "", ns = "";
        foreach (OtlpAttribute attribute in resource?.Items ?? [])
        {
            switch (attribute.Key)
            {
                case "service.name": name = attribute.Value?.Text ?? ""; break;
                case "service.namespace": ns = attribute.Value?.Text ?? ""; break;
                case "k8s.namespace.name" when ns.Length == 0: ns = attribute.Value?.Text ?? ""; break;
                default: break;
            }
        }

        return Of(ns, name.Length is 0 or > OtlpLimits.NameMax ? "unknown_service" : name);
    }

    /// <summary>The service that a span calls, by what its peer is named; null when nothing names it.</summary>
    internal string? OfPeer(IReadOnlyDictionary<string, string> attributes, string caller)
    {
        string? service = First(attributes, "peer.service", "service.peer.name");
        if (service is not null)
        {
            return Of(attributes.GetValueOrDefault("service.peer.namespace") ?? "", service);
        }

        string? host = First(attributes, "server.address", "net.peer.name", "db.system.name", "db.system", "messaging.system", "rpc.service");
        if (host is null)
        {
            return null;
        }

        // "cart", "cart.shop" and "cart.shop.svc.cluster.local" are the mesh's names for its services; a name without a namespace is one of the caller's own.
        string[] labels = host.Split('.', 3);
        string own = caller.Contains('/', StringComparison.Ordinal) ? caller[..caller.IndexOf('/', StringComparison.Ordinal)] : "";
        string ns = labels.Length > 1 ? labels[1] : own;
        if (NamespacedName.Find(ns + "/" + labels[0]) is { } known && index.View.Services.ContainsKey(known))
        {
            return known.ToString();
        }

        string port = First(attributes, "server.port", "net.peer.port") ?? "";
        return port.Length > 0 ? host + ":" + port : host;
    }

    /// <summary>Whether proxies already count what the service does.</summary>
    internal bool IsMeshed(string service)
        => NamespacedName.Find(service) is { } name && index.View.Services.TryGetValue(name, out Generation.MeshService? known) && known.Members.Any(static member => member.TunnelPort != 0);

    private string Of(string ns, string name)
    {
        if (ns.Length > 0 && ns.Length <= OtlpLimits.NameMax)
        {
            return ns + "/" + name;
        }

        List<NamespacedName> same = [.. index.View.Services.Keys.Where(key => key.Name == name).Take(2)];
        return same.Count == 1 ? same[0].ToString() : Outside + "/" + name;
    }

    private static string? First(IReadOnlyDictionary<string, string> attributes, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (attributes.TryGetValue(name, out string? value) && value.Length is > 0 and <= OtlpLimits.NameMax)
            {
                return value;
            }
        }

        return null;
    }
}
