using Weft.Primitives.Http;

namespace Weft.Routing.Authorization;

/// <summary>What the policies are asked about.</summary>
internal readonly ref struct PolicyQuestion
{
    public PeerContext Peer { get; init; }

    /// <summary>Null for an opaque stream.</summary>
    public MessageHead? Head { get; init; }

    /// <summary>Canonical, without query; empty for an opaque stream.</summary>
    public ReadOnlySpan<byte> Path { get; init; }

    public int Port { get; init; }

    /// <summary>
    /// What a condition on method or path counts as when there is none to see: met for DENY, not met for ALLOW. Whoever sends a request as opaque
    /// bytes must not get past a rule that would have stopped it.
    /// </summary>
    public bool UnseenMatches { get; init; }
}
