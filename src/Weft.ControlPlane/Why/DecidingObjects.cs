using System.Globalization;
using Weft.Contracts.Flow;
using Weft.ControlPlane.Generation;
using Weft.ControlPlane.Serving;
using Weft.ControlPlane.Store;
using Weft.Model;
using Weft.Model.Policies;
using Weft.Primitives;

namespace Weft.ControlPlane.Why;

/// <summary>An object of the configuration that decided about a request.</summary>
/// <param name="Object">Such as "HTTPRoute shop/cart".</param>
/// <param name="Line">In its canonical text, from 1; null when no single line did.</param>
/// <param name="Commit">The one that brought it; null when that is not known.</param>
internal sealed record DecidingObject(string Object, int? Line, long? Commit);

/// <summary>Finds the objects behind the names that proxies write into their records, as they are now.</summary>
internal sealed class DecidingObjects(Current<ModelRevision> revision)
{
    /// <summary>What decided how an exchange ended: the policy that denied it, or the rule whose limits or backends it met. Null where no object did.</summary>
    internal DecidingObject? Of(FlowRecord record)
    {
        ModelRevision current = revision.Value;
        if (record.Policy.Length > 0 && FindPolicy(current.Model, record.Policy) is { } policy)
        {
            // Records name the policy and not its rule: a line of one of several would be a guess.
            bool hasOneRule = policy is Resource<AuthorizationPolicySpec> { Spec.Rules.Count: 1 };
            return Of(current, policy, hasOneRule ? policy.LineInYaml(RulePath(0), "spec") : policy.LineInYaml("spec"));
        }

        (Resource? route, int number) = RouteOf(current.Model, record.Route);
        return route is null || !record.HasReason ? null : Of(current, route, route.LineInYaml(RulePath(number)));
    }

    /// <summary>Where a rule of a route or a policy stands, from 0.</summary>
    internal static string RulePath(int number) => string.Create(CultureInfo.InvariantCulture, $"spec.rules[{number}]");

    /// <summary>A rule's name is that of its route and its number in it.</summary>
    internal static (Resource? Route, int Number) RouteOf(MeshModel model, string rule)
    {
        int slash = rule.LastIndexOf('/');
        return slash > 0 && int.TryParse(rule.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (model.All.FirstOrDefault(item => item.Key.ToString() == rule[..slash]), number)
            : (null, 0);
    }

    internal static Resource? FindPolicy(MeshModel model, string name)
        => model.All.FirstOrDefault(item => item.Key.Kind.KindName() == "AuthorizationPolicy" && item.Key.NamespacedName.ToString() == name);

    internal static DecidingObject Of(ModelRevision revision, Resource resource, int? line) => new(
        $"{resource.Key.Kind.KindName()} {resource.Key.Namespace}/{resource.Key.Name}",
        line,
        revision.Ages.TryGetValue(resource.Key, out ResourceAge age) ? age.Commit : null);
}
