using Weft.Contracts.Mesh;
using Weft.Model;
using Weft.Model.Policies;
using PolicyAction = Weft.Contracts.Mesh.PolicyAction;
using TlsMode = Weft.Contracts.Mesh.TlsMode;

namespace Weft.ControlPlane.Generation;

/// <summary>Who may do what with a workload of a service. There is always one: a workload without policies has the defaults, said in full, so that
/// "no policy yet" and "no policy" differ.</summary>
internal static class PolicySetGenerator
{
    internal static PolicySet Generate(NamespacedName service, MeshModel model)
    {
        var message = new PolicySet
        {
            Service = service.ToString(),
            TlsMode = model.TlsModeOf(service) == Model.Policies.TlsMode.Strict ? TlsMode.Strict : TlsMode.Permissive,
            DefaultAction = model.DefaultActionOf(service) == Model.Policies.PolicyAction.Deny ? DefaultAction.Deny : DefaultAction.Allow,
        };
        message.Policies.AddRange(model.AuthorizationPoliciesOf(service).Select(ToPolicy));
        return message;
    }

    private static AuthorizationPolicy ToPolicy(Resource<AuthorizationPolicySpec> policy)
    {
        var message = new AuthorizationPolicy
        {
            Name = policy.Key.NamespacedName.ToString(),
            Action = policy.Spec.Action == Model.Policies.PolicyAction.Deny ? PolicyAction.Deny : PolicyAction.Allow,
        };
        foreach (AuthorizationRule rule in policy.Spec.Rules)
        {
            var target = new PolicyRule();
            target.From.AddRange(rule.From.Select(ToSource));
            target.To.AddRange(rule.To.Select(ToOperation));
            message.Rules.Add(target);
        }

        return message;
    }

    private static PolicySource ToSource(AuthorizationSource source) => new()
    {
        Identities = [.. source.Identities],
        NotIdentities = [.. source.NotIdentities],
        Namespaces = [.. source.Namespaces],
        NotNamespaces = [.. source.NotNamespaces],
    };

    private static PolicyOperation ToOperation(AuthorizationOperation operation) => new()
    {
        Methods = [.. operation.Methods],
        NotMethods = [.. operation.NotMethods],
        Paths = [.. operation.Paths],
        NotPaths = [.. operation.NotPaths],
        Ports = [.. operation.Ports.Select(port => (uint)port)],
        NotPorts = [.. operation.NotPorts.Select(port => (uint)port)],
    };
}
