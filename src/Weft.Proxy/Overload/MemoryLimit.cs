namespace Weft.Proxy.Overload;

/// <summary>The memory that the process may use.</summary>
/// <param name="Bytes">0 for no limit.</param>
/// <param name="BytesPerSocket">What a socket counts in addition to the pages of the process.</param>
internal readonly record struct MemoryLimit(long Bytes, int BytesPerSocket = 0)
{
    /// <summary>The share of a control group's limit that counts as all of it: at the limit itself the kernel ends the process, and not only buffers grow.</summary>
    private const double GroupShare = 0.9;

    /// <summary>
    /// A group also pays for what the kernel keeps for its sockets: 3.6 KiB for each were measured with two that have nothing to send (socket, inode, dentry, file and epoll item).
    /// What waits in a socket is not among it: of that the kernel takes less when the group has none left.
    /// </summary>
    private const int GroupBytesPerSocket = 4 * 1024;

    /// <summary>What the user said, else what the control groups of this process leave it, else none.</summary>
    public static MemoryLimit Of(long configured)
        => configured > 0 ? new(configured) : MemoryGroups.Limit() is { } group ? new((long)(group * GroupShare), GroupBytesPerSocket) : default;
}
