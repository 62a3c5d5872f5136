using Weft.Model;
using Weft.Model.Reading;
using Weft.Model.Services;
using Weft.Model.Traffic;
using Weft.Model.Workloads;

namespace Weft.ControlPlane.Checks;

/// <summary>A health check concerns an endpoint without a proxy. Only a warning: it may be there before the endpoint.</summary>
internal sealed class HealthCheckReachCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        foreach (Resource<TrafficPolicySpec> policy in context.Model.TrafficPolicies)
        {
            if (policy.Spec.HealthCheck is not null && context.Exists(policy.Spec.Target) && !HasAgentless(context.Model, policy.Spec.Target))
            {
                context.Warn(FindingCodes.ChecksNobody, policy, "spec.healthCheck", "has a health check that concerns no endpoint",
                    $"every endpoint of service \"{policy.Spec.Target}\" has a proxy of its own, which checks it as its start says: weft run --health-path PATH", null,
                    "remove the field", "create a Workload for an endpoint that has no proxy");
            }
        }
    }

    private static bool HasAgentless(MeshModel model, NamespacedName service)
    {
        IReadOnlyDictionary<string, string>? selector = model.FindService(service)?.Spec.Selector;
        return selector is { Count: > 0 }
            ? model.Workloads.Any(workload => workload.Key.Namespace == service.Namespace && Selects(selector, workload))
            : model.Workloads.Any(workload => workload.Spec.Service == service);
    }

    private static bool Selects(IReadOnlyDictionary<string, string> selector, Resource<WorkloadSpec> workload)
        => selector.All(pair => workload.Metadata.Labels.TryGetValue(pair.Key, out string? value) && value == pair.Value);
}
