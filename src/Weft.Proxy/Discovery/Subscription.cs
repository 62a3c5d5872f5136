namespace Weft.Proxy.Discovery;

/// <summary>A resource that this proxy wants to know, and what the server has said about it.</summary>
internal sealed class Subscription(ResourceKey key)
{
    public ResourceKey Key { get; } = key;

    /// <summary>Never given up: what the proxy cannot do without.</summary>
    public bool IsPinned { get; set; }

    public ResourceState State { get; set; } = ResourceState.Unanswered;

    /// <summary>Loop time in ms when somebody last asked for it.</summary>
    public long UsedAtMs { get; set; }
}

/// <summary>What the server has said about a resource.</summary>
internal enum ResourceState
{
    Unanswered,
    Present,

    /// <summary>It does not exist; the server will say when it begins to.</summary>
    Absent,
}

/// <summary>Type URL and name: one resource.</summary>
internal readonly record struct ResourceKey(string TypeUrl, string Name);
