namespace Weft.Routing.Snapshot;

/// <summary>The roots of one trust domain, DER.</summary>
public sealed record TrustBundleView(string TrustDomain, IReadOnlyList<byte[]> Roots);
