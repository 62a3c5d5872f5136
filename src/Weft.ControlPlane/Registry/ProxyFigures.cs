namespace Weft.ControlPlane.Registry;

/// <summary>What a proxy last reported of itself.</summary>
internal sealed record ProxyFigures(long ResidentBytes, long CpuUs, int OpenConnections, DateTimeOffset? CertificateNotAfter);
