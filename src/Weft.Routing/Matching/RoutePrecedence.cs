using Weft.Contracts.Mesh;

namespace Weft.Routing.Matching;

/// <summary>
/// What decides which of two rules of one service is asked first. A route with several host names or several matches becomes
/// one rule for each, with a key of its own.
/// </summary>
/// <param name="Hostname">The rule's host name, "" for any.</param>
/// <param name="Match">The rule's match; null takes everything.</param>
/// <param name="CreatedAt">When the route was first accepted; older goes first. Any unit that grows.</param>
/// <param name="Route">"&lt;namespace&gt;/&lt;name&gt;" of the route.</param>
/// <param name="RuleNumber">Place of the rule in the route.</param>
/// <param name="MatchNumber">Place of the match in the rule.</param>
public sealed record RoutePrecedence(string Hostname, RouteMatch? Match, long CreatedAt, string Route, int RuleNumber, int MatchNumber);
