using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Routes;

/// <summary>The parts that HTTPRoute and GRPCRoute share.</summary>
internal static class RoutePartsCodec
{
    private static readonly ChoiceSet<ValueMatchType> s_valueTypes = new(
        ("Exact", ValueMatchType.Exact), ("RegularExpression", ValueMatchType.RegularExpression));

    public static List<ParentRef> ReadParents(ObjectReader spec, string routeNamespace)
    {
        List<ParentRef> parents = [];
        if (spec.Node.Find("parentRefs")?.Value is null or ScalarNode { Type: ScalarType.Null } or SequenceNode { Items.Count: 0 })
        {
            spec.Missing("parentRefs", "parentRefs: [{kind: Service, group: \"\", name: cart, port: 8080}]");
        }

        foreach (ObjectReader item in spec.Objects("parentRefs", RouteLimits.ParentRefsMax))
        {
            string group = item.Text("group") ?? "";
            string kind = item.Text("kind") ?? "Gateway";
            string name = item.RequiredLabel("name", "name: cart");
            string parentNamespace = item.Label("namespace") ?? routeNamespace;
            int? port = item.Integer("port", 1, 65535);
            item.NotSupported("sectionName", "a port of a service is chosen by its number, with \"port\"").Finish();
            if (kind != "Service" || group is not ("" or "core"))
            {
                string cause = item.Has("kind") ? $"the parent is {kind} of group \"{group}\"" : "a parent without kind is a Gateway";
                item.Fail(
                    FindingCodes.NotSupported,
                    "kind",
                    "has a parent that is no Service, which is not supported yet",
                    cause,
                    "write kind: Service and group: \"\"");
            }
            else if (parentNamespace != routeNamespace)
            {
                item.Fail(FindingCodes.NotSupported, "namespace", "has a parent in another namespace, which is not supported yet",
                    "such a route would hold for callers of its own namespace only", $"create the route in namespace \"{parentNamespace}\"");
            }

            parents.Add(new ParentRef(new NamespacedName(parentNamespace, name), port));
        }

        return parents;
    }

    public static List<string> ReadHostnames(ObjectReader spec)
        => spec.Texts("hostnames", RouteLimits.HostnamesMax, text => DnsName.IsHostname(text),
            "a host name is lower case, without port; \"*.\" may stand before it");

    public static List<ValueMatch> ReadValueMatches(ObjectReader match, string field, bool namesAreTokens)
    {
        List<ValueMatch> values = [];
        HashSet<string> names = new(namesAreTokens ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (ObjectReader item in match.Objects(field, RouteLimits.ValueMatchesMax))
        {
            ValueMatchType type = item.Choice("type", s_valueTypes, ValueMatchType.Exact);
            string name = item.RequiredText("name", "name: x-version");
            string value = item.RequiredText("value", "value: v2", allowEmpty: true);
            item.Finish();
            CheckName(item, name, names, namesAreTokens);
            CheckPattern(item, "value", type == ValueMatchType.RegularExpression ? value : null);
            values.Add(new ValueMatch(type, namesAreTokens ? name.ToLowerInvariant() : name, value));
        }

        return values;
    }

    public static ValueMatchType ReadValueType(ObjectReader item) => item.Choice("type", s_valueTypes, ValueMatchType.Exact);

    public static string? ValueTypeWord(ValueMatchType type) => s_valueTypes.WordUnlessDefault(type, ValueMatchType.Exact);

    public static void CheckPattern(ObjectReader item, string field, string? pattern)
    {
        if (pattern is not null && TokenRules.RegexFault(pattern) is { } fault)
        {
            item.Fail(FindingCodes.BadValue, field, "has a regular expression that cannot be used", fault, "correct the expression");
        }
    }

    public static void WriteRoute(MappingBuilder spec, RouteSpec route) => spec
        .Add("parentRefs", route.ParentRefs, parent => new MappingBuilder()
            .Add("group", "")
            .Add("kind", "Service")
            .Add("name", parent.Service.Name)
            .Add("port", parent.Port)
            .Build())
        .Add("hostnames", route.Hostnames);

    public static SequenceNode? WriteValueMatches(IReadOnlyList<ValueMatch> values)
        => values.Count == 0 ? null : SequenceNode.Of(values.Select(value => new MappingBuilder()
            .Add("type", ValueTypeWord(value.Type))
            .Add("name", value.Name)
            .Add("value", value.Value)
            .Build()));

    private static void CheckName(ObjectReader item, string name, HashSet<string> names, bool namesAreTokens)
    {
        if (name.Length == 0)
        {
            return;
        }

        if (namesAreTokens && !TokenRules.IsToken(name))
        {
            item.Fail(FindingCodes.BadValue, "name", $"has a bad header name \"{name}\"", "a header name is a token (RFC 9110, 5.6.2)", "correct the name");
        }
        else if (!names.Add(name))
        {
            item.Fail(FindingCodes.Conflict, "name", $"matches \"{name}\" twice", "only the first of the two would count", "remove one of the two");
        }
    }
}
