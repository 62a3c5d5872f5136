using Weft.Model;
using Weft.Model.Reading;

namespace Weft.ControlPlane.Checks;

/// <summary>The service that a policy targets exists. Only a warning: a policy may well be there before what it protects.</summary>
internal sealed class TargetCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        foreach (var policy in context.Model.TrafficPolicies)
        {
            Check(context, policy, policy.Spec.Target);
        }

        foreach (var policy in context.Model.WorkloadPolicies)
        {
            Check(context, policy, policy.Spec.Target);
        }

        foreach (var policy in context.Model.AuthorizationPolicies)
        {
            Check(context, policy, policy.Spec.Target);
        }

        foreach (var telemetry in context.Model.Telemetries)
        {
            Check(context, telemetry, telemetry.Spec.Target);
        }
    }

    private static void Check(CheckContext context, Resource policy, NamespacedName? named)
    {
        if (named is { } target && !context.Exists(target))
        {
            string? near = context.Nearest(target);
            context.Warn(FindingCodes.TargetNotFound, policy, "spec.targetRef.name", "targets a service that does not exist yet",
                $"no Service or workload named \"{target.Name}\" in namespace \"{target.Namespace}\"", near,
                near is null ? "create the service" : $"change it to \"{near}\", or create the service");
        }
    }
}
