using Weft.Primitives.Http;
using Weft.Routing.Balancing;

namespace Weft.Routing.Matching;

/// <summary>One rule: which requests it takes, and what happens to them.</summary>
public sealed class RouteRuleView
{
    private readonly BackendView[] _backends = [];

    internal RouteRuleView(string name)
    {
        Name = name;
    }

    /// <summary>"HTTPRoute/&lt;ns&gt;/&lt;name&gt;/&lt;rule number&gt;", what logs and metrics show.</summary>
    public string Name { get; }

    public HeaderEdits RequestEdits { get; internal init; } = HeaderEdits.None;

    public HeaderEdits ResponseEdits { get; internal init; } = HeaderEdits.None;

    public ReadOnlySpan<BackendView> Backends => _backends;

    /// <summary>All attempts together; 0: none.</summary>
    public int RequestTimeoutMs { get; internal init; }

    /// <summary>One attempt; 0: none.</summary>
    public int BackendTimeoutMs { get; internal init; }

    /// <summary>A rule for TLS that is passed on as it is: its hosts are server names.</summary>
    public bool IsTls { get; internal init; }

    internal BackendView[] BackendArray
    {
        init
        {
            _backends = value;
            Weights = new WeightedChoice([.. value.Select(b => b.Weight)]);
        }
    }

    internal WeightedChoice Weights { get; private init; } = new([]);

    internal ushort[] Ports { get; init; } = [];

    internal HostPattern[] Hosts { get; init; } = [];

    internal PathMatcher Path { get; init; } = PathMatcher.Any;

    internal byte[] Method { get; init; } = [];

    internal HeaderMatcher[] Headers { get; init; } = [];

    internal QueryMatcher[] Query { get; init; } = [];

    internal bool TakesPort(int port) => Ports.Length == 0 || Ports.AsSpan().Contains((ushort)port);

    internal bool Matches(MessageHead head, ReadOnlySpan<byte> host, ReadOnlySpan<byte> path, ReadOnlySpan<byte> query)
        => Path.Matches(path)
            && (Method.Length == 0 || head[head.Method].SequenceEqual(Method))
            && (Hosts.Length == 0 || MatchesHost(host))
            && MatchesHeaders(head)
            && MatchesQuery(query);

    internal bool MatchesName(ReadOnlySpan<byte> serverName) => Hosts.Length == 0 || MatchesHost(serverName);

    private bool MatchesHost(ReadOnlySpan<byte> host)
    {
        foreach (HostPattern pattern in Hosts)
        {
            if (pattern.Matches(host))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesHeaders(MessageHead head)
    {
        foreach (HeaderMatcher matcher in Headers)
        {
            if (!matcher.Matches(head))
            {
                return false;
            }
        }

        return true;
    }

    private bool MatchesQuery(ReadOnlySpan<byte> query)
    {
        foreach (QueryMatcher matcher in Query)
        {
            if (!matcher.Matches(query))
            {
                return false;
            }
        }

        return true;
    }
}
