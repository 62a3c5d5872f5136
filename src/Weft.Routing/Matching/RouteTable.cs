using System.Text;
using Weft.Primitives.Http;

namespace Weft.Routing.Matching;

/// <summary>The rules of one service, in order of precedence: the first that matches takes the request.</summary>
public sealed class RouteTable
{
    /// <summary>Longest name of a host (RFC 1035, 2.3.4).</summary>
    private const int ServerNameMax = 255;

    /// <summary>Up to so many rules are gone through one by one; that is faster than asking an index.</summary>
    private const int UnindexedMax = 12;

    private readonly RouteRuleView[] _rules;
    private readonly RouteIndex? _index;
    private readonly PortSet _ports;
    private readonly PortSet _tlsPorts;

    internal RouteTable(RouteRuleView[] rules)
    {
        _rules = rules;
        _index = rules.Length > UnindexedMax ? new RouteIndex(rules) : null;
        _ports = new PortSet(rules.Where(static rule => !rule.IsTls));
        _tlsPorts = new PortSet(rules.Where(static rule => rule.IsTls));
        LooksAtPath = rules.Any(r => !r.Path.IsAny);
    }

    /// <summary>The table of a service without routes.</summary>
    public static RouteTable Empty { get; } = new([]);

    public ReadOnlySpan<RouteRuleView> Rules => _rules;

    /// <summary>Whether any rule depends on the path; only then is a request's path made canonical.</summary>
    public bool LooksAtPath { get; }

    /// <summary>Whether any rule for requests is attached to that port; a port without rules forwards to the service itself.</summary>
    public bool HasRulesFor(int port) => _ports.Contains(port);

    /// <summary>Whether any rule for TLS is attached to that port; then what names no server of a rule leads nowhere.</summary>
    public bool HasTlsRulesFor(int port) => _tlsPorts.Contains(port);

    /// <summary>The first rule that takes the request, or null. The path must be canonical already.</summary>
    public RouteRuleView? Match(MessageHead head, int port)
    {
        RouteQuestion question = new(head, port);
        if (_index is not null)
        {
            return _index.Match(question);
        }

        foreach (RouteRuleView rule in _rules)
        {
            if (question.IsTakenBy(rule))
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

    /// <summary>The ports that rules are attached to.</summary>
    private readonly struct PortSet
    {
        private readonly HashSet<int> _ports = [];
        private readonly bool _every;

        public PortSet(IEnumerable<RouteRuleView> rules)
        {
            foreach (RouteRuleView rule in rules)
            {
                _every |= rule.Ports.Length == 0;
                _ports.UnionWith(rule.Ports.Select(static port => (int)port));
            }
        }

        public bool Contains(int port) => _every || _ports.Contains(port);
    }
}
