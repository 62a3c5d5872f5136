using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Relaying;

/// <summary>One <c>--to</c> as one loop sees it: its upstream and how it has fared.</summary>
internal sealed class RelayTarget(Upstream upstream, PlaceHealth? health = null)
{
    public Upstream Upstream { get; } = upstream;

    /// <summary>Its address, as figures name it.</summary>
    public string Name { get; } = upstream.Settings.Name;

    /// <summary>Whether checks have found it so.</summary>
    public bool IsUnhealthy => health is { IsUnhealthy: true };

    public int Failures { get; set; }

    /// <summary>Loop time until which it is left out.</summary>
    public long EjectedUntilMs { get; set; }
}
