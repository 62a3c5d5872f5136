using Weft.Proxy.Flows;

namespace Weft.Proxy.Session;

/// <summary>What the control plane may ask of a proxy, and what this one does then. Each returns text for the asker.</summary>
internal sealed record ProxyCommands
{
    public required Func<string> Drain { get; init; }

    public required Func<string> Dump { get; init; }

    public required Func<string> Renew { get; init; }

    /// <summary>Flow records: taps, and one record by its request id.</summary>
    public FlowHub? Flows { get; init; }
}
