using Weft.Primitives.Http;

namespace Weft.Routing.Matching;

/// <summary>The rules of one service, in order of precedence: the first that matches takes the request.</summary>
public sealed class RouteTable
{
    private readonly RouteRuleView[] _rules;

    internal RouteTable(RouteRuleView[] rules)
    {
        _rules = rules;
        LooksAtPath = rules.Any(r => !r.Path.IsAny);
    }

    /// <summary>The table of a service without routes.</summary>
    public static RouteTable Empty { get; } = new([]);

    public ReadOnlySpan<RouteRuleView> Rules => _rules;

    /// <summary>Whether any rule depends on the path; only then is a request's path made canonical.</summary>
    public bool LooksAtPath { get; }

    /// <summary>Whether any rule is attached to that port; a port without rules forwards to the service itself.</summary>
    public bool HasRulesFor(int port)
    {
        foreach (RouteRuleView rule in _rules)
        {
            if (rule.TakesPort(port))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first rule that takes the request, or null. The path must be canonical already.</summary>
    public RouteRuleView? Match(MessageHead head, int port)
    {
        ReadOnlySpan<byte> target = head[head.Path];
        ReadOnlySpan<byte> path = CanonicalPath.PathOf(target);
        ReadOnlySpan<byte> query = path.Length == target.Length ? default : target[(path.Length + 1)..];
        ReadOnlySpan<byte> host = HostName.WithoutPort(head[head.Authority]);
        foreach (RouteRuleView rule in _rules)
        {
            if (rule.TakesPort(port) && rule.Matches(head, host, path, query))
            {
                return rule;
            }
        }

        return null;
    }
}
