using Weft.Proxy.Telemetry;

namespace Weft.Proxy.Tests.Telemetry;

/// <summary>Collects what the code reports as its own bugs while a test runs. Tests that use it run one after another.</summary>
internal sealed class BugTrap : IDisposable
{
    public BugTrap() => MeshBug.Listener = Bugs.Add;

    public List<string> Bugs { get; } = [];

    public void Dispose() => MeshBug.Listener = null;
}

[CollectionDefinition(nameof(BugTrap), DisableParallelization = true)]
public sealed class BugTrapCollection;
