namespace Weft.Proxy.Health;

/// <summary>Whether the local application is well, and what the last check found.</summary>
internal readonly record struct HealthVerdict(bool IsHealthy, string Detail);
