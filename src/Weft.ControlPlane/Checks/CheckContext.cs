using Weft.Contracts.Api;
using Weft.Model;
using Weft.Model.Reading;
using Weft.Model.Services;
using Weft.Model.Workloads;

namespace Weft.ControlPlane.Checks;

/// <summary>What checks look at, and where their findings go. A service exists if a Service, a Workload or a joined workload names it.</summary>
public sealed class CheckContext
{
    /// <summary>Findings of warning level listed in this annotation of a resource are not shown for it.</summary>
    public const string IgnoreAnnotation = "weft.mesh/ignore";

    private readonly IServiceDirectory _directory;
    private readonly Dictionary<NamespacedName, Resource<ServiceSpec>> _services;
    private readonly ILookup<NamespacedName, Resource<WorkloadSpec>> _workloads;

    public CheckContext(MeshModel model, IServiceDirectory directory)
    {
        Model = model;
        _directory = directory;
        _services = model.Services.ToDictionary(service => service.Key.NamespacedName);
        _workloads = model.Workloads.ToLookup(workload => workload.Spec.Service);
    }

    public MeshModel Model { get; }

    public FindingSink Findings { get; } = new();

    public bool Exists(NamespacedName service) => _services.ContainsKey(service) || _workloads.Contains(service) || _directory.Exists(service);

    public bool IsDescribed(NamespacedName service) => _services.ContainsKey(service);

    /// <summary>The ports of a service: those of its resource if it has one, else those that its workloads announce. Empty: not known.</summary>
    public IReadOnlyList<int> PortsOf(NamespacedName service)
        => _services.TryGetValue(service, out Resource<ServiceSpec>? resource)
            ? [.. resource.Spec.Ports.Select(port => port.Port)]
            :
            [
                .. _workloads[service].SelectMany(workload => workload.Spec.Ports).Select(port => port.Port)
                    .Concat(_directory.PortsOf(service))
                    .Distinct()
                    .Order(),
            ];

    /// <summary>The name of a service in the namespace that is spelt almost like this one, or null.</summary>
    public string? Nearest(NamespacedName service)
        => NearestName.Find(
            service.Name,
            _services.Keys.Concat(_workloads.Select(group => group.Key)).Where(name => name.Namespace == service.Namespace).Select(name => name.Name)
                .Concat(_directory.NamesIn(service.Namespace)));

    public void Error(string code, Resource resource, string path, string message, string cause, string? near, params string[] fixes)
        => Add("error", code, resource, path, message, cause, near, fixes);

    /// <summary>Left out when the resource's annotation says so.</summary>
    public void Warn(string code, Resource resource, string path, string message, string cause, string? near, params string[] fixes)
    {
        bool ignored = resource.Metadata.Annotations.TryGetValue(IgnoreAnnotation, out string? codes)
            && codes.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Contains(code);
        if (!ignored)
        {
            Add("warning", code, resource, path, message, cause, near, fixes);
        }
    }

    private void Add(string severity, string code, Resource resource, string path, string message, string cause, string? near, string[] fixes)
        => Findings.Add(new Finding
        {
            Code = code,
            Severity = severity,
            Message = $"{resource} {message}",
            Location = resource.Locate(path),
            Cause = cause,
            Near = near,
            Fixes = fixes,
        });
}
