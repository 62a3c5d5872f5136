using Weft.Routing.Snapshot;

namespace Weft.Routing.Matching;

/// <summary>
/// Finds the rule of a request among thousands: first by host, then by path. It answers as going through the rules one by one would, because
/// every list that it looks at is in the rules' order and the earliest find wins.
/// </summary>
internal sealed class RouteIndex
{
    private readonly RouteRuleView[] _rules;
    private readonly PathIndex _everyHost = new();
    private readonly Dictionary<string, PathIndex> _hosts = new(new HostNameComparer());
    private readonly Dictionary<string, PathIndex>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <param name="rules">In order of precedence.</param>
    public RouteIndex(RouteRuleView[] rules)
    {
        _rules = rules;
        for (int place = 0; place < rules.Length; place++)
        {
            if (!rules[place].IsTls)
            {
                Add(place, rules[place]);
            }
        }

        _everyHost.Seal();
        foreach (PathIndex index in _hosts.Values)
        {
            index.Seal();
        }

        _lookup = _hosts.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The first rule that takes the request, or null.</summary>
    public RouteRuleView? Match(in RouteQuestion question)
    {
        int place = _everyHost.Search(_rules, question, _rules.Length);
        if (_hosts.Count > 0 && _lookup.TryGetValue(question.Host, out PathIndex? index))
        {
            place = index.Search(_rules, question, place);
        }

        return place < _rules.Length ? _rules[place] : null;
    }

    private void Add(int place, RouteRuleView rule)
    {
        if (rule.Hosts.Length == 0 || rule.Hosts.Any(host => host.IsWildcard))
        {
            _everyHost.Add(place, rule.Path);
            return;
        }

        foreach (string host in rule.Hosts.Select(host => host.Text).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (!_hosts.TryGetValue(host, out PathIndex? index))
            {
                _hosts.Add(host, index = new PathIndex());
            }

            index.Add(place, rule.Path);
        }
    }
}
