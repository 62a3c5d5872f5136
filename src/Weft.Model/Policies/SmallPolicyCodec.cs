using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Policies;

/// <summary>Kinds <c>weft.mesh/v1 NamespacePolicy</c> and <c>WorkloadPolicy</c>.</summary>
internal static class SmallPolicyCodec
{
    private static readonly ChoiceSet<TlsMode> s_modes = new(("permissive", TlsMode.Permissive), ("strict", TlsMode.Strict));
    private static readonly ChoiceSet<PolicyAction> s_actions = new(("allow", PolicyAction.Allow), ("deny", PolicyAction.Deny));

    public static NamespacePolicySpec ReadNamespacePolicy(ObjectReader spec)
    {
        NamespacePolicySpec policy = new()
        {
            MutualTls = spec.OptionalChoice("mtls", s_modes),
            DefaultAction = spec.OptionalChoice("defaultAction", s_actions),
        };
        spec.Finish();
        return policy;
    }

    public static WorkloadPolicySpec ReadWorkloadPolicy(ObjectReader spec, string policyNamespace)
    {
        NamespacedName? target = TargetCodec.Read(spec, policyNamespace, required: true);
        TlsMode? mode = spec.OptionalChoice("mtls", s_modes);
        if (!spec.Has("mtls"))
        {
            spec.Missing("mtls", "mtls: strict");
        }

        spec.Finish();
        return new WorkloadPolicySpec { Target = target ?? default, MutualTls = mode ?? TlsMode.Strict };
    }

    public static MappingNode Write(NamespacePolicySpec spec) => new MappingBuilder()
        .Add("mtls", spec.MutualTls is { } mode ? s_modes.WordOf(mode) : null)
        .Add("defaultAction", spec.DefaultAction is { } action ? s_actions.WordOf(action) : null)
        .Build();

    public static MappingNode Write(WorkloadPolicySpec spec) => new MappingBuilder()
        .Add("targetRef", TargetCodec.Write(spec.Target))
        .Add("mtls", s_modes.WordOf(spec.MutualTls))
        .Build();
}
