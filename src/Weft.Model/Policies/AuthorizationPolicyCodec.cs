using Weft.Model.Reading;
using Weft.Model.Text;

namespace Weft.Model.Policies;

/// <summary>Kind <c>weft.mesh/v1 AuthorizationPolicy</c>.</summary>
internal static class AuthorizationPolicyCodec
{
    private const int RulesMax = 64;
    private const int ItemsMax = 64;
    private const string PatternRule = "\"*\" may stand alone, at the beginning or at the end; text is never a regular expression";

    private static readonly ChoiceSet<PolicyAction> s_actions = new(("ALLOW", PolicyAction.Allow), ("DENY", PolicyAction.Deny));

    public static AuthorizationPolicySpec Read(ObjectReader spec, string policyNamespace)
    {
        NamespacedName? target = TargetCodec.Read(spec, policyNamespace, required: false);
        PolicyAction action = spec.Choice("action", s_actions, PolicyAction.Allow);
        List<AuthorizationRule> rules = [];
        foreach (ObjectReader rule in spec.Objects("rules", RulesMax))
        {
            List<AuthorizationSource> from = [.. rule.Objects("from", ItemsMax).Select(ReadSource)];
            List<AuthorizationOperation> to = [.. rule.Objects("to", ItemsMax).Select(ReadOperation)];
            RefuseEmptyLists(rule);
            rule.NotSupported("when", "conditions on other attributes come later").Finish();
            rules.Add(new AuthorizationRule(from, to));
        }

        spec.Finish();
        return new AuthorizationPolicySpec { Target = target, Action = action, Rules = rules };
    }

    public static MappingNode Write(AuthorizationPolicySpec spec) => new MappingBuilder()
        .Add("targetRef", TargetCodec.Write(spec.Target))
        .Add("action", s_actions.WordOf(spec.Action))
        .Add("rules", spec.Rules, rule => new MappingBuilder()
            .Add("from", rule.From, WriteSource)
            .Add("to", rule.To, WriteOperation)
            .Build())
        .Build();

    private static AuthorizationSource ReadSource(ObjectReader source)
    {
        AuthorizationSource result = new()
        {
            Identities = source.Texts("identities", ItemsMax, IsIdentityPattern, $"an identity is like spiffe://weft.local/ns/shop/svc/cart; {PatternRule}"),
            NotIdentities = source.Texts(
                "notIdentities",
                ItemsMax,
                IsIdentityPattern,
                $"an identity is like spiffe://weft.local/ns/shop/svc/cart; {PatternRule}"),
            Namespaces = source.Texts("namespaces", ItemsMax, IsNamespacePattern, $"a namespace is a DNS label; {PatternRule}"),
            NotNamespaces = source.Texts("notNamespaces", ItemsMax, IsNamespacePattern, $"a namespace is a DNS label; {PatternRule}"),
        };
        RefuseEmpty(source, "from", "identities: [\"spiffe://weft.local/ns/shop/svc/cart\"]");
        source.Finish();
        return result;
    }

    private static AuthorizationOperation ReadOperation(ObjectReader operation)
    {
        AuthorizationOperation result = new()
        {
            Methods = operation.Texts("methods", ItemsMax, IsMethodPattern, "a method is an upper-case token, or \"*\""),
            NotMethods = operation.Texts("notMethods", ItemsMax, IsMethodPattern, "a method is an upper-case token, or \"*\""),
            Paths = operation.Texts("paths", ItemsMax, IsPathPattern, $"a path begins with \"/\"; {PatternRule}"),
            NotPaths = operation.Texts("notPaths", ItemsMax, IsPathPattern, $"a path begins with \"/\"; {PatternRule}"),
            Ports = operation.Integers("ports", 1, 65535, ItemsMax),
            NotPorts = operation.Integers("notPorts", 1, 65535, ItemsMax),
        };
        RefuseEmpty(operation, "to", "methods: [GET]");
        operation.Finish();
        return result;
    }

    /// <summary>
    /// An item without any condition, or with an empty list, would silently match everybody: the opposite of what its author most likely
    /// meant, so it is an error.
    /// </summary>
    private static void RefuseEmpty(ObjectReader item, string list, string example)
    {
        if (item.Node.Entries.Count == 0)
        {
            item.FailHere(
                FindingCodes.Missing,
                $"has an item in \"{list}\" without any condition",
                "it would match everything",
                $"add a condition such as {example}, or leave \"{list}\" out to mean anybody");
        }

        RefuseEmptyLists(item);
    }

    private static void RefuseEmptyLists(ObjectReader item)
    {
        foreach (MappingEntry entry in item.Node.Entries)
        {
            bool empty = entry.Value is SequenceNode { Items.Count: 0 } or ScalarNode { Type: ScalarType.Null };
            if (empty && item.IsKnown(entry.Key.Value))
            {
                item.Fail(
                    FindingCodes.Missing,
                    entry.Key.Value,
                    $"has an empty list in {item.PathOf(entry.Key.Value)}",
                    "an empty list could be read as nobody or as anybody",
                    "fill the list or remove it");
            }
        }
    }

    private static bool IsIdentityPattern(string text)
        => IsPattern(text, out string bare) && text.Length <= 2048
            && (text.StartsWith('*') || bare.StartsWith("spiffe://", StringComparison.Ordinal) || "spiffe://".StartsWith(bare, StringComparison.Ordinal))
            && bare.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '/' or '-' or '_' or '.');

    private static bool IsNamespacePattern(string text)
        => IsPattern(text, out string bare) && text.Length <= DnsName.LabelCharsMax
            && bare.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsMethodPattern(string text) => text == "*" || (TokenRules.IsToken(text) && !text.Any(char.IsAsciiLetterLower) && !text.Contains('*'));

    private static bool IsPathPattern(string text)
        => IsPattern(text, out string bare) && text.Length <= 1024 && (text[0] is '/' or '*')
            && bare.All(c => c is > ' ' and not '\u007f' and not '?' and not '#');

    /// <summary>Splits off the star; <paramref name="bare"/> holds none.</summary>
    private static bool IsPattern(string text, out string bare)
    {
        bare = text;
        if (text.Length == 0)
        {
            return false;
        }

        if (text[^1] == '*')
        {
            bare = text[..^1];
        }
        else if (text[0] == '*')
        {
            bare = text[1..];
        }

        return !bare.Contains('*');
    }

    private static MappingNode WriteSource(AuthorizationSource source) => new MappingBuilder()
        .Add("identities", source.Identities)
        .Add("notIdentities", source.NotIdentities)
        .Add("namespaces", source.Namespaces)
        .Add("notNamespaces", source.NotNamespaces)
        .Build();

    private static MappingNode WriteOperation(AuthorizationOperation operation) => new MappingBuilder()
        .Add("methods", operation.Methods)
        .Add("notMethods", operation.NotMethods)
        .Add("paths", operation.Paths)
        .Add("notPaths", operation.NotPaths)
        .Add("ports", operation.Ports)
        .Add("notPorts", operation.NotPorts)
        .Build();
}
