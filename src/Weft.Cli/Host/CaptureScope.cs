namespace Weft.Cli.Host;

/// <summary>Whose connections a capture takes.</summary>
/// <param name="Cgroup">
/// In a namespace shared with others: the cgroup whose sockets are captured, as nft wants it (relative to <c>/sys/fs/cgroup</c>). Null: all of the namespace.
/// </param>
/// <param name="CgroupLevel">Depth of the cgroup below the root of the cgroup v2 tree, from 1.</param>
/// <param name="InboundPorts">In a shared namespace: the workload's ports, the only ones whose plain connections go through the proxy. Null: all.</param>
internal sealed record CaptureScope(string? Cgroup = null, int CgroupLevel = 0, IReadOnlyList<int>? InboundPorts = null)
{
    /// <summary>The namespace belongs to one workload.</summary>
    public static CaptureScope WholeNamespace { get; } = new();
}
