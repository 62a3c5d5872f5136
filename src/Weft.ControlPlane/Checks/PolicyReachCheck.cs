using Weft.Identity;
using Weft.Model;
using Weft.Model.Policies;
using Weft.Model.Reading;

namespace Weft.ControlPlane.Checks;

/// <summary>Policies and rules that no exchange can ever match: they look like protection and are none.</summary>
internal sealed class PolicyReachCheck : IModelCheck
{
    public void Run(CheckContext context)
    {
        foreach (Resource<AuthorizationPolicySpec> policy in context.Model.AuthorizationPolicies)
        {
            if (policy.Spec.Rules.Count == 0)
            {
                Warn(context, policy, "spec.rules", "a policy without rules matches nothing", "add a rule; an empty rule, {}, matches everything");
            }

            for (int i = 0; i < policy.Spec.Rules.Count; i++)
            {
                CheckRule(context, policy, policy.Spec.Rules[i], $"spec.rules[{i}]");
            }
        }
    }

    private static void CheckRule(CheckContext context, Resource<AuthorizationPolicySpec> policy, AuthorizationRule rule, string path)
    {
        for (int i = 0; i < rule.From.Count; i++)
        {
            AuthorizationSource source = rule.From[i];
            string at = $"{path}.from[{i}]";
            CheckPair(context, policy, source.Identities, source.NotIdentities, $"{at}.notIdentities");
            CheckPair(context, policy, source.Namespaces, source.NotNamespaces, $"{at}.notNamespaces");
            CheckIdentities(context, policy, source, at);
        }

        for (int i = 0; i < rule.To.Count; i++)
        {
            AuthorizationOperation operation = rule.To[i];
            string at = $"{path}.to[{i}]";
            CheckPair(context, policy, operation.Methods, operation.NotMethods, $"{at}.notMethods");
            CheckPair(context, policy, operation.Paths, operation.NotPaths, $"{at}.notPaths");
            CheckPorts(context, policy, operation, at);
        }
    }

    /// <summary>Everything that is asked for is excluded again.</summary>
    private static void CheckPair(CheckContext context, Resource policy, IReadOnlyList<string> wanted, IReadOnlyList<string> excluded, string path)
    {
        if (excluded.Contains("*") || (wanted.Count > 0 && wanted.All(excluded.Contains)))
        {
            Warn(context, policy, path, "what the one list asks for the other excludes", "take the value out of one of the two lists");
        }
    }

    private static void CheckIdentities(CheckContext context, Resource policy, AuthorizationSource source, string path)
    {
        if (source.Identities.Count == 0 || source.Namespaces.Count == 0 || source.Namespaces.Any(ns => ns.Contains('*')))
        {
            return;
        }

        bool possible = source.Identities.Any(identity
            => !SpiffeId.TryParse(identity, out SpiffeId? id) || id.Namespace is null || source.Namespaces.Contains(id.Namespace));
        if (!possible)
        {
            Warn(
                context,
                policy,
                $"{path}.identities",
                "none of these identities is in one of the namespaces that the same item asks for",
                "both lists must hold: remove one, or write two items");
        }
    }

    private static void CheckPorts(CheckContext context, Resource<AuthorizationPolicySpec> policy, AuthorizationOperation operation, string path)
    {
        if (operation.Ports.Count == 0)
        {
            return;
        }

        if (operation.Ports.All(operation.NotPorts.Contains))
        {
            Warn(context, policy, $"{path}.notPorts", "what the one list asks for the other excludes", "take the port out of one of the two lists");
        }
        else if (policy.Spec.Target is { } target && context.IsDescribed(target) && !operation.Ports.Any(context.PortsOf(target).Contains))
        {
            Warn(
                context,
                policy,
                $"{path}.ports",
                $"service \"{target}\" has: {string.Join(", ", context.PortsOf(target))}",
                "use ports of the service, as callers do");
        }
    }

    private static void Warn(CheckContext context, Resource policy, string path, string cause, string fix)
        => context.Warn(FindingCodes.PolicyNeverMatches, policy, path, "has a condition that can never match", cause, null, fix);
}
