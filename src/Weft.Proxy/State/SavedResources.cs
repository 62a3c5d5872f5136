using Weft.Contracts.Discovery;

namespace Weft.Proxy.State;

/// <summary>The configuration as it came from the control plane, with versions, so that a restart can start from it and resume the stream.</summary>
/// <param name="Commit">Newest commit that it reflects.</param>
/// <param name="ConfirmedAt">When the control plane last said that it is current.</param>
/// <param name="ByType">Resources by type URL.</param>
internal sealed record SavedResources(ulong Commit, DateTimeOffset ConfirmedAt, IReadOnlyDictionary<string, IReadOnlyList<Resource>> ByType);
