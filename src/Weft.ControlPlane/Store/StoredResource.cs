using Weft.Model;

namespace Weft.ControlPlane.Store;

/// <summary>A resource as it is stored: canonical YAML, and the commit that made it what it is.</summary>
public sealed record StoredResource(ResourceKey Key, string Yaml, long Commit, DateTimeOffset At);
