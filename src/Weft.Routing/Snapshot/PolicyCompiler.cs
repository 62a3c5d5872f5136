using Weft.Contracts.Mesh;
using Weft.Routing.Authorization;

namespace Weft.Routing.Snapshot;

/// <summary>Checks and compiles a PolicySet. One part that is not understood refuses the whole set.</summary>
internal static class PolicyCompiler
{
    public static PolicyView Compile(string name, PolicySet source)
    {
        Check.SameName(Check.ServiceName(name, "name"), "service", source.Service);
        List<PolicyEntry> deny = [];
        List<PolicyEntry> allow = [];
        for (int i = 0; i < source.Policies.Count; i++)
        {
            AuthorizationPolicy policy = source.Policies[i];
            string field = $"policies[{i}]";
            PolicyEntry entry = new(policy.Name, [.. policy.Rules.Select((r, k) => Compile(r, $"{field}.rules[{k}]"))]);
            (Check.Known(policy.Action, field + ".action") == PolicyAction.Deny ? deny : allow).Add(entry);
        }

        return new PolicyView(
            name,
            Check.Known(source.TlsMode, "tls_mode"),
            Check.Known(source.DefaultAction, "default_action"),
            [.. deny],
            [.. allow]);
    }

    private static RuleMatcher Compile(PolicyRule rule, string field)
        => new(
            [.. rule.From.Select((s, i) => Compile(s, $"{field}.from[{i}]"))],
            [.. rule.To.Select((o, i) => Compile(o, $"{field}.to[{i}]"))]);

    private static SourceMatcher Compile(PolicySource source, string field) => new()
    {
        Identities = Identities(source.Identities, field + ".identities"),
        NotIdentities = Identities(source.NotIdentities, field + ".not_identities"),
        Namespaces = Texts(source.Namespaces, field + ".namespaces"),
        NotNamespaces = Texts(source.NotNamespaces, field + ".not_namespaces"),
    };

    private static OperationMatcher Compile(PolicyOperation operation, string field) => new()
    {
        Methods = Texts(operation.Methods, field + ".methods"),
        NotMethods = Texts(operation.NotMethods, field + ".not_methods"),
        Paths = Paths(operation.Paths, field + ".paths"),
        NotPaths = Paths(operation.NotPaths, field + ".not_paths"),
        Ports = [.. operation.Ports.Select(p => (int)Check.Port(p, field + ".ports"))],
        NotPorts = [.. operation.NotPorts.Select(p => (int)Check.Port(p, field + ".not_ports"))],
    };

    private static TextPattern[] Texts(List<string> values, string field)
        => [.. values.Select(v => Read(v, field)).Select(p => new TextPattern(p.Kind, p.Text))];

    private static TextPattern[] Paths(List<string> values, string field) => [.. values.Select(v =>
    {
        (TextPatternKind kind, string text) = Read(v, field);
        return new TextPattern(kind, kind switch
        {
            TextPatternKind.Anything => text,
            TextPatternKind.Exact => CanonicalText.Path(text, field),
            _ => CanonicalText.PathPart(text, field),
        });
    })];

    // Identities are compared by whole segments: "…/ns/shop*" would also let in the namespace "shop-of-somebody-else".
    private static TextPattern[] Identities(List<string> values, string field) => [.. values.Select(v =>
    {
        (TextPatternKind kind, string text) = Read(v, field);
        if ((kind == TextPatternKind.Beginning && !text.EndsWith('/')) || (kind == TextPatternKind.End && !text.StartsWith('/')))
        {
            Check.Fail($"{field} \"{v}\" cuts a segment; put the '*' next to a '/'");
        }

        return new TextPattern(kind, text);
    })];

    private static (TextPatternKind Kind, string Text) Read(string value, string field)
    {
        if (value.Length == 0)
        {
            Check.Fail($"{field} has an empty text, which would match nothing");
        }

        if (value == "*")
        {
            return (TextPatternKind.Anything, "");
        }

        bool leading = value.StartsWith('*');
        bool trailing = value.EndsWith('*');
        string text = value.Trim('*');
        if ((leading && trailing) || text.Contains('*', StringComparison.Ordinal) || text.Length != value.Length - (leading || trailing ? 1 : 0))
        {
            Check.Fail($"{field} \"{value}\" has a '*' that is neither the whole text nor its first or last character");
        }

        return (leading ? TextPatternKind.End : trailing ? TextPatternKind.Beginning : TextPatternKind.Exact, text);
    }
}
