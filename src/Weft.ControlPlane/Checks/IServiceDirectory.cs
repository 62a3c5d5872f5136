using Weft.Model;

namespace Weft.ControlPlane.Checks;

/// <summary>The services that exist because workloads of them have joined, whether or not a resource describes them.</summary>
public interface IServiceDirectory
{
    bool Exists(NamespacedName service);

    /// <summary>Ports that workloads of the service announced; empty when it is unknown.</summary>
    IReadOnlyList<int> PortsOf(NamespacedName service);

    /// <summary>Names in a namespace, for "did you mean".</summary>
    IEnumerable<string> NamesIn(string ns);
}
