using System.Runtime.InteropServices;
using System.Text;

namespace Weft.Proxy.Engine;

/// <content>Files that are appended to.</content>
internal static unsafe partial class Libc
{
    private const int OpenWriteOnly = 1;
    private const int OpenCreate = 0x40;
    private const int OpenAppend = 0x400;
    private const int OpenCloexec = 0x80000;
    private const int AtFdCwd = -100;

    /// <summary>struct statx and where stx_ino lies in it (include/uapi/linux/stat.h).</summary>
    private const int StatxLength = 256;
    private const int StatxInode = 32;
    private const int StatxSize = 40;
    private const int StatxChanged = 96;
    private const uint StatxMaskInode = 0x100;
    private const uint StatxMaskFace = StatxMaskInode | 0x200 | 0x80;

    /// <summary>Opens a file for appending, made readable for its owner and group if it is not there. -1 when that fails.</summary>
    public static int OpenToAppend(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return Open(name, OpenWriteOnly | OpenCreate | OpenAppend | OpenCloexec, 0x1A0);
        }
    }

    /// <summary>The number of the file that a path leads to; 0 when it leads nowhere.</summary>
    public static ulong InodeOf(string path)
    {
        byte* facts = stackalloc byte[StatxLength];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return Statx(AtFdCwd, name, 0, StatxMaskInode, facts) == 0 ? *(ulong*)(facts + StatxInode) : 0;
        }
    }

    /// <summary>What tells that another file has come to a path, or the file was written to; the default when there is none.</summary>
    public static FileFace FaceOf(string path)
    {
        byte* facts = stackalloc byte[StatxLength];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return Statx(AtFdCwd, name, 0, StatxMaskFace, facts) == 0
                ? new FileFace(*(ulong*)(facts + StatxInode), *(ulong*)(facts + StatxSize), *(long*)(facts + StatxChanged), *(uint*)(facts + StatxChanged + sizeof(long)))
                : default;
        }
    }

    /// <summary>Blocks until there is room to write.</summary>
    public static void WaitWritable(int descriptor)
    {
        PollDescriptor request = new() { Descriptor = descriptor, Wanted = PollOut };
        Poll(&request, 1, 1_000);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(int directory, byte* path, int flags, uint mask, byte* facts);
}
