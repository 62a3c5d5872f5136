using Weft.Model;
using Weft.Model.Reading;

namespace Weft.ControlPlane.Checks;

/// <summary>Kinds of which there may be one per service or namespace are not there twice: nobody could say which one counts.</summary>
internal sealed class ClaimCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        Check(context, context.Model.TrafficPolicies, policy => policy.Spec.Target.ToString(), "spec.targetRef.name", "service");
        Check(context, context.Model.WorkloadPolicies, policy => policy.Spec.Target.ToString(), "spec.targetRef.name", "service");
        Check(context, [.. context.Model.Telemetries.Where(telemetry => telemetry.Spec.Target is not null)], telemetry => $"{telemetry.Spec.Target}", "spec.targetRef.name", "service");
        Check(context, [.. context.Model.Telemetries.Where(telemetry => telemetry.Spec.Target is null)], telemetry => telemetry.Key.Namespace, "metadata.name", "namespace");
        Check(context, context.Model.NamespacePolicies, policy => policy.Key.Namespace, "metadata.name", "namespace");
    }

    private static void Check<TSpec>(
        CheckContext context,
        IReadOnlyList<Resource<TSpec>> resources,
        Func<Resource<TSpec>, string> claim,
        string path,
        string what)
        where TSpec : ResourceSpec
    {
        Dictionary<string, Resource> claimed = new(StringComparer.Ordinal);
        foreach (Resource<TSpec> resource in resources)
        {
            string target = claim(resource);
            if (!claimed.TryAdd(target, resource))
            {
                context.Error(FindingCodes.TargetClaimedTwice, resource, path, $"is the second {resource.Key.Kind.KindName()} for {what} \"{target}\"",
                    $"{claimed[target]} is there already, and only one could count", null, "merge the two");
            }
        }
    }
}
