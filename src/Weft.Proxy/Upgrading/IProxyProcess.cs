using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Upgrading;

/// <summary>A proxy as <see cref="ProcessLife"/> drives it from start to end. Called on the main thread.</summary>
internal interface IProxyProcess
{
    /// <summary>The counters of its loops.</summary>
    IReadOnlyList<Meters> Meters { get; }

    /// <summary>Accepted connections that are open.</summary>
    int OpenConnections { get; }

    /// <summary>Whether connections have been asked to end.</summary>
    bool DrainHasBegun { get; }

    /// <summary>Its other counters by name; what a successor of it goes on from.</summary>
    IEnumerable<(string Name, long Number)> Figures();

    /// <summary>What a successor must know before it begins.</summary>
    IReadOnlyDictionary<string, string> Facts();

    /// <summary>Nobody serves beside this process any more: its counters are whole, it may speak for the workload. It says when it has settled.</summary>
    void TakeOver(ProcessLife life);

    /// <summary>Puts on disk what a successor starts from.</summary>
    void SaveState();

    /// <summary>Accepts nothing more on any socket and leaves the state on disk to the successor. Returns when that is so.</summary>
    void StopAccepting();

    /// <summary>Begins to end what is open.</summary>
    /// <param name="hasSuccessor">New connections go to a successor already, and nobody needs to be told that this process ends.</param>
    void BeginDrain(bool hasSuccessor);
}
