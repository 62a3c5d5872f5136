using System.Text;
using Weft.Primitives.Http;

namespace Weft.Routing.Matching;

/// <summary>The rules of one service, in order of precedence: the first that matches takes the request.</summary>
public sealed class RouteTable
{
    /// <summary>Longest name of a host (RFC 1035, 2.3.4).</summary>
    private const int ServerNameMax = 255;

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

    /// <summary>Whether any rule for requests is attached to that port; a port without rules forwards to the service itself.</summary>
    public bool HasRulesFor(int port) => HasRules(port, tls: false);

    /// <summary>Whether any rule for TLS is attached to that port; then what names no server of a rule leads nowhere.</summary>
    public bool HasTlsRulesFor(int port) => HasRules(port, tls: true);

    /// <summary>The first rule that takes the request, or null. The path must be canonical already.</summary>
    public RouteRuleView? Match(MessageHead head, int port)
    {
        ReadOnlySpan<byte> target = head[head.Path];
        ReadOnlySpan<byte> path = CanonicalPath.PathOf(target);
        ReadOnlySpan<byte> query = path.Length == target.Length ? default : target[(path.Length + 1)..];
        ReadOnlySpan<byte> host = HostName.WithoutPort(head[head.Authority]);
        foreach (RouteRuleView rule in _rules)
        {
            if (!rule.IsTls && rule.TakesPort(port) && rule.Matches(head, host, path, query))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The first rule for TLS that takes the server name, or null.</summary>
    /// <param name="serverName">In lower case, as the client's hello has it; empty when it names none.</param>
    public RouteRuleView? MatchTls(string serverName, int port)
    {
        Span<byte> name = stackalloc byte[ServerNameMax];
        if (serverName.Length == 0 || !Encoding.ASCII.TryGetBytes(serverName, name, out int length))
        {
            return null;
        }

        foreach (RouteRuleView rule in _rules)
        {
            if (rule.IsTls && rule.TakesPort(port) && rule.MatchesName(name[..length]))
            {
                return rule;
            }
        }

        return null;
    }

    private bool HasRules(int port, bool tls)
    {
        foreach (RouteRuleView rule in _rules)
        {
            if (rule.IsTls == tls && rule.TakesPort(port))
            {
                return true;
            }
        }

        return false;
    }
}
