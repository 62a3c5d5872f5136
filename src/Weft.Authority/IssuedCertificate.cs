using Weft.Identity;

namespace Weft.Authority;

/// <summary>A certificate that was just signed.</summary>
/// <param name="Identity">The identity that was granted.</param>
/// <param name="Chain">DER, leaf first, without the root.</param>
/// <param name="NotAfter">When the leaf expires.</param>
public sealed record IssuedCertificate(SpiffeId Identity, IReadOnlyList<byte[]> Chain, DateTimeOffset NotAfter);
