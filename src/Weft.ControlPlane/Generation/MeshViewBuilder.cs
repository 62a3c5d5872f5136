using Weft.ControlPlane.Registry;
using Weft.Identity;
using Weft.Model;
using Weft.Model.Services;

namespace Weft.ControlPlane.Generation;

/// <summary>Joins model and registry into one view.</summary>
internal static class MeshViewBuilder
{
    /// <summary>For proxies: new services are given their virtual addresses.</summary>
    internal static MeshView Build(TrustBundle bundle, ModelIndex index, IReadOnlyList<WorkloadRecord> registered, VirtualAddressBook book)
        => Build(bundle, index, registered, book.Ensure);

    /// <summary>What would be served if a model were committed. Pure: a service that is new with it has no virtual address yet.</summary>
    internal static MeshView Preview(MeshView now, ModelIndex index, IReadOnlyList<WorkloadRecord> registered)
        => Build(now.Bundle, index, registered, _ => now.Services.ToDictionary(static service => service.Key, static service => service.Value.VirtualAddress));

    private static MeshView Build(
        TrustBundle bundle, ModelIndex index, IReadOnlyList<WorkloadRecord> registered, Func<IReadOnlySet<NamespacedName>, IReadOnlyDictionary<NamespacedName, string>> addressesOf)
    {
        List<WorkloadRecord> workloads = [.. registered, .. index.Agentless];
        ILookup<string, WorkloadRecord> byNamespace = workloads.ToLookup(workload => workload.Name.Namespace, StringComparer.Ordinal);
        ILookup<NamespacedName, WorkloadRecord> byService = workloads.ToLookup(workload => workload.Service);
        Dictionary<NamespacedName, Resource<ServiceSpec>> declared = index.Model.Services.ToDictionary(service => service.Key.NamespacedName);
        HashSet<NamespacedName> names = [.. declared.Keys, .. byService.Select(group => group.Key)];
        IReadOnlyDictionary<NamespacedName, string> virtualAddresses = addressesOf(names);
        Dictionary<NamespacedName, MeshService> services = [];
        foreach (NamespacedName name in names)
        {
            Resource<ServiceSpec>? spec = declared.GetValueOrDefault(name);
            WorkloadRecord[] members = spec is { Spec.Selector.Count: > 0 }
                ? [.. byNamespace[name.Namespace].Where(workload => Selects(spec.Spec.Selector, workload))]
                : [.. byService[name]];
            services.Add(name, new MeshService
            {
                Name = name,
                IsImplicit = spec is null,
                VirtualAddress = virtualAddresses.GetValueOrDefault(name, ""),
                Ports = spec is null ? ImplicitPorts.Of(members) : [.. spec.Spec.Ports.OrderBy(port => port.Port)],
                Members = members,
            });
        }

        return new MeshView { Bundle = bundle, Index = index, Services = services, Addresses = Addresses(services.Values, workloads) };
    }

    /// <summary>A selector holds when every label of it does; the labels "service" and "namespace" are among them.</summary>
    private static bool Selects(IReadOnlyDictionary<string, string> selector, WorkloadRecord workload)
    {
        foreach ((string key, string value) in selector)
        {
            if (!workload.Labels.TryGetValue(key, out string? label) || !string.Equals(label, value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static Dictionary<string, NamespacedName> Addresses(IEnumerable<MeshService> services, List<WorkloadRecord> workloads)
    {
        Dictionary<string, NamespacedName> addresses = new(StringComparer.Ordinal);
        HashSet<string> ambiguous = new(StringComparer.Ordinal);
        foreach (WorkloadRecord workload in workloads)
        {
            // Workloads of several services on one host: the address alone does not tell which is meant.
            if (!addresses.TryAdd(workload.Address, workload.Service) && addresses[workload.Address] != workload.Service)
            {
                ambiguous.Add(workload.Address);
            }
        }

        foreach (string address in ambiguous)
        {
            addresses.Remove(address);
        }

        foreach (MeshService service in services.Where(service => service.VirtualAddress.Length > 0))
        {
            addresses[service.VirtualAddress] = service.Name;
        }

        return addresses;
    }
}
