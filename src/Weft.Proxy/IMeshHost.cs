using Weft.Proxy.Upgrading;

namespace Weft.Proxy;

/// <summary>What the control thread tells the process it runs in.</summary>
internal interface IMeshHost
{
    /// <summary>The processes before this one.</summary>
    Ancestors Ancestors { get; }

    /// <summary>How the last upgrade of this process went.</summary>
    UpgradeStatus Upgrade { get; }

    /// <summary>Asks for a new process from the program on disk, which takes over.</summary>
    void AskUpgrade();

    /// <summary>The proxy serves; the line is for who started it. Called once.</summary>
    void Ready(string line);

    /// <summary>The control plane knows this process, not one before it.</summary>
    void Settled();

    /// <summary>The proxy cannot go on.</summary>
    void Fail(int exitCode, string message);
}
