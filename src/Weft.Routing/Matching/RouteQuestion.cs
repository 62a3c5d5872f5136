using Weft.Primitives.Http;

namespace Weft.Routing.Matching;

/// <summary>The parts of a request that rules look at, taken apart once.</summary>
internal readonly ref struct RouteQuestion
{
    private readonly MessageHead _head;
    private readonly ReadOnlySpan<byte> _query;
    private readonly int _port;

    /// <param name="head">A request whose path is canonical.</param>
    /// <param name="port">The service's port that it came for.</param>
    public RouteQuestion(MessageHead head, int port)
    {
        ReadOnlySpan<byte> target = head[head.Path];
        _head = head;
        _port = port;
        Path = CanonicalPath.PathOf(target);
        Host = HostName.WithoutPort(head[head.Authority]);
        _query = Path.Length == target.Length ? default : target[(Path.Length + 1)..];
    }

    public ReadOnlySpan<byte> Path { get; }

    public ReadOnlySpan<byte> Host { get; }

    public bool IsTakenBy(RouteRuleView rule) => !rule.IsTls && rule.TakesPort(_port) && rule.Matches(_head, Host, Path, _query);

    /// <summary>The first of these places whose rule takes the request, if it comes before <paramref name="best"/>, else that.</summary>
    /// <param name="rules">All rules.</param>
    /// <param name="places">Places of some of them, in order.</param>
    /// <param name="best">The best place known so far.</param>
    public int FirstOf(RouteRuleView[] rules, List<int> places, int best)
    {
        foreach (int place in places)
        {
            if (place >= best)
            {
                return best;
            }

            if (IsTakenBy(rules[place]))
            {
                return place;
            }
        }

        return best;
    }
}
