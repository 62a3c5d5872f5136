namespace Weft.Proxy.Paths;

/// <summary>How long a tunnel (an opaque stream, an upgrade) may rest and last.</summary>
/// <param name="IdleMs">Without a byte either way, 0 for ever; it may be noticed an eighth of that later.</param>
/// <param name="LifeMs">From its beginning, 0 for ever.</param>
internal readonly record struct TunnelTimes(int IdleMs, int LifeMs)
{
    /// <summary>As the applications like: they keep connections in pools for hours, and a peer that is dead is found by other means.</summary>
    public static TunnelTimes Default => default;
}
