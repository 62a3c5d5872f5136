using Weft.Contracts.Session;

namespace Weft.ControlPlane.Registry;

/// <summary>Whether two records are the same to everyone who calls the workload.</summary>
internal static class RecordComparer
{
    internal static bool AreEqual(WorkloadRecord a, WorkloadRecord b)
        => a.Name == b.Name
            && a.Service == b.Service
            && a.Identity == b.Identity
            && a.Address == b.Address
            && a.TunnelPort == b.TunnelPort
            && a.Zone == b.Zone
            && a.Health == b.Health
            && SamePorts(a.Ports, b.Ports)
            && SameLabels(a.Labels, b.Labels);

    private static bool SamePorts(IReadOnlyList<WorkloadPort> a, IReadOnlyList<WorkloadPort> b)
        => ReferenceEquals(a, b) || (a.Count == b.Count && a.Zip(b).All(pair => SamePort(pair.First, pair.Second)));

    private static bool SamePort(WorkloadPort a, WorkloadPort b)
        => a.Port == b.Port && a.TargetPort == b.TargetPort && a.Protocol == b.Protocol && a.HealthPath == b.HealthPath;

    private static bool SameLabels(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b)
        => ReferenceEquals(a, b)
            || (a.Count == b.Count && a.All(label => b.TryGetValue(label.Key, out string? value) && value == label.Value));
}
