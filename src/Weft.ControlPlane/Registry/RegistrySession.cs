using Weft.Model;

namespace Weft.ControlPlane.Registry;

/// <summary>One connected proxy's right to speak for its workload. Outlived by the workload's entry; replaced when the proxy comes back.</summary>
internal sealed class RegistrySession(NamespacedName workload)
{
    internal NamespacedName Workload { get; } = workload;
}
