namespace Weft.Proxy.Engine;

/// <summary>What is seen of a file without reading it.</summary>
/// <param name="Inode">Its number.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ChangedS">When it was last written, renamed or given other rights: seconds since 1970.</param>
/// <param name="ChangedNs">And nanoseconds.</param>
internal readonly record struct FileFace(ulong Inode, ulong Size, long ChangedS, uint ChangedNs);
