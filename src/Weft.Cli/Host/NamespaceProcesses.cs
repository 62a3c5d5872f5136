using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Weft.Cli.Host;

/// <summary>Who runs in a network namespace.</summary>
internal static class NamespaceProcesses
{
    /// <summary>Every process inside except us and those that we descend from; none when the namespace is gone.</summary>
    public static IReadOnlyList<ProcessIdentity> In(NetworkNamespace netns) =>
        netns.Path is not null && Inode(netns.Path) is string inode ? ProcessTable.InNamespace(inode) : [];

    /// <summary>True when both files stand for the same namespace.</summary>
    public static bool Same(string a, string b) => Inode(a) is string x && x == Inode(b);

    /// <summary>As <c>/proc/PID/ns/net</c> words it, "net:[4026531840]"; null when there is no such namespace.</summary>
    public static unsafe string? Inode(string path)
    {
        // statx(2): the fields sit at the same offsets on every architecture.
        byte* buffer = stackalloc byte[256];
        const int inodeOffset = 32;
        const uint wantInode = 0x100;
        if (Native.statx(-100, path, 0, wantInode, buffer) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            const int noSuchFile = 2;
            const int noSuchProcess = 3;
            return error is noSuchFile or noSuchProcess ? null : throw new Win32Exception(error, $"{path} cannot be looked at");
        }

        return string.Create(CultureInfo.InvariantCulture, $"net:[{*(ulong*)(buffer + inodeOffset)}]");
    }
}
