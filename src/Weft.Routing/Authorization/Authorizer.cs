using Weft.Contracts.Mesh;
using Weft.Primitives.Http;
using Weft.Routing.Matching;

namespace Weft.Routing.Authorization;

/// <summary>Decides whether a peer may do what it asks.</summary>
public static class Authorizer
{
    /// <summary>
    /// A policy that denies goes first; then, if any policy allows, one of them must match; else the default action. When a
    /// policy looks at the path, the head gets its canonical path first, which is also what the application will see.
    /// </summary>
    /// <param name="policy">The workload's policies; null when they were not received: denied.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="head">The request; null for an opaque stream, which policies on method or path deny and never allow.</param>
    /// <param name="port">The service's port that was asked for.</param>
    public static Verdict Judge(PolicyView? policy, in PeerContext peer, MessageHead? head, int port)
    {
        if (policy is null)
        {
            return new Verdict(EndReason.NoPolicy, "");
        }

        if (policy.TlsMode == TlsMode.Strict && !peer.IsMutualTls)
        {
            return new Verdict(EndReason.PlaintextRefused, "");
        }

        if (head is not null && policy.LooksAtPath && CanonicalPath.Apply(head) != PathFault.None)
        {
            return new Verdict(EndReason.BadRequest, "");
        }

        return JudgeRules(policy, peer, head, port);
    }

    private static Verdict JudgeRules(PolicyView policy, in PeerContext peer, MessageHead? head, int port)
    {
        ReadOnlySpan<byte> path = head is null ? default : CanonicalPath.PathOf(head[head.Path]);
        PolicyQuestion question = new() { Peer = peer, Head = head, Path = path, Port = port, UnseenMatches = true };
        foreach (PolicyEntry entry in policy.Deny)
        {
            if (entry.Match(question) is >= 0 and int rule)
            {
                return new Verdict(EndReason.DeniedByPolicy, entry.Name, rule);
            }
        }

        question = new() { Peer = peer, Head = head, Path = path, Port = port, UnseenMatches = false };
        foreach (PolicyEntry entry in policy.Allow)
        {
            if (entry.Match(question) is >= 0 and int rule)
            {
                return new Verdict(EndReason.Ok, entry.Name, rule);
            }
        }

        if (policy.Allow.Length > 0)
        {
            return new Verdict(EndReason.DeniedByPolicy, Verdict.NoAllowMatched);
        }

        return policy.DefaultAction == DefaultAction.Allow ? new Verdict(EndReason.Ok, "") : new Verdict(EndReason.DeniedByPolicy, Verdict.DefaultDeny);
    }
}
