using System.Diagnostics.CodeAnalysis;

namespace Weft.Identity;

/// <summary>What <see cref="PeerVerifier"/> found: an identity, or the rule that was broken.</summary>
public readonly record struct PeerVerdict
{
    private PeerVerdict(SpiffeId? identity, PeerFault fault, string detail)
    {
        Identity = identity;
        Fault = fault;
        Detail = detail;
    }

    /// <summary>The proved identity; null unless <see cref="IsAccepted"/>.</summary>
    public SpiffeId? Identity { get; }

    public PeerFault Fault { get; }

    /// <summary>What exactly was wrong, for a log line; may contain text of the peer, cut to a bounded length.</summary>
    public string Detail { get; }

    [MemberNotNullWhen(true, nameof(Identity))]
    public bool IsAccepted => Identity is not null;

    internal static PeerVerdict Accept(SpiffeId identity) => new(identity, PeerFault.None, "");

    internal static PeerVerdict Refuse(PeerFault fault, string detail) => new(null, fault, detail);
}
