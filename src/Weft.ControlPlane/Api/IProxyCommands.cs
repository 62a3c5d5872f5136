namespace Weft.ControlPlane.Api;

/// <summary>Sends a command to a connected proxy over its session stream. The API has written the audit record before.</summary>
public interface IProxyCommands
{
    /// <summary>Verbs that callers of the API may send.</summary>
    IReadOnlyList<string> Verbs { get; }

    ValueTask<ProxyCommandOutcome> SendAsync(
        string ns, string workload, string verb, IReadOnlyDictionary<string, string> arguments, CancellationToken stop);
}
