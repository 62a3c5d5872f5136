using Weft.Model;

namespace Weft.ControlPlane.Generation;

/// <summary>Reads the names of Destination resources (see weft/mesh.proto).</summary>
internal static class DestinationNames
{
    internal const string HostPrefix = "host/";
    internal const string AddressPrefix = "address/";

    /// <summary>What may follow "name.namespace": nothing, Weft's own suffix, and the forms that applications from clusters use.</summary>
    private static readonly string[] Suffixes = ["", ".mesh", ".svc", ".svc.cluster.local"];

    /// <summary>The one service that a host name can mean to an asker in its namespace, whether it exists or not; null when the name
    /// has another form.</summary>
    /// <param name="resourceName">"host/&lt;name&gt;@&lt;namespace&gt;".</param>
    internal static NamespacedName? ServiceOf(string resourceName)
    {
        int at = resourceName.LastIndexOf('@');
        if (!resourceName.StartsWith(HostPrefix, StringComparison.Ordinal) || at < HostPrefix.Length)
        {
            return null;
        }

        string asker = resourceName[(at + 1)..];
        string host = resourceName[HostPrefix.Length..at];
        host = host.EndsWith('.') ? host[..^1] : host;
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return host.Length > 0 && asker.Length > 0 ? new NamespacedName(asker, host) : null;
        }

        string name = host[..dot];
        string rest = host[(dot + 1)..];
        int end = rest.IndexOf('.', StringComparison.Ordinal);
        string ns = end < 0 ? rest : rest[..end];
        string suffix = end < 0 ? "" : rest[end..];
        return name.Length > 0 && ns.Length > 0 && Suffixes.Contains(suffix) ? new NamespacedName(ns, name) : null;
    }
}
