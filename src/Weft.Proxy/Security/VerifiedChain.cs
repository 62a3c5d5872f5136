namespace Weft.Proxy.Security;

/// <summary>A chain that a peer showed and that was verified: what was in it, until when all of it holds, and whom it names.</summary>
/// <param name="Fingerprints">SHA-256 of each certificate that the peer sent, in its order.</param>
/// <param name="FromUnixS">The latest beginning of validity in the whole chain, root included; seconds since 1970.</param>
/// <param name="UntilUnixS">The earliest end of validity.</param>
/// <param name="Names">The names of the leaf.</param>
internal sealed record VerifiedChain(byte[] Fingerprints, long FromUnixS, long UntilUnixS, PeerNames Names)
{
    public bool HoldsAt(long unixS) => unixS >= FromUnixS && unixS < UntilUnixS;
}
