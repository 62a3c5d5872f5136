using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy.Admin;

/// <summary>What the admin pages show, and the two things they do.</summary>
internal interface IAdminFacts
{
    /// <summary>Why the proxy is not ready; null when it is.</summary>
    string? NotReady { get; }

    bool IsDraining { get; }

    /// <summary>Connections of applications and peers that are open.</summary>
    int OpenConnections { get; }

    /// <summary>Begins a graceful drain; again is no change.</summary>
    void BeginDrain();

    /// <summary>Begins a drain of a proxy whose application stays and goes on without the mesh; again is no change.</summary>
    void BeginLeave();

    /// <summary>How the last upgrade of this process went.</summary>
    UpgradeStatus Upgrade { get; }

    /// <summary>Asks for a new process from the program on disk, which takes over.</summary>
    void BeginUpgrade();

    /// <summary>The page for Prometheus.</summary>
    string Metrics(MetricsFormat format);

    /// <summary>Everything the proxy runs by, JSON.</summary>
    string Config();

    /// <summary>Memory and loops, JSON.</summary>
    string Stats();
}
