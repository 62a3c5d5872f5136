using System.Runtime.InteropServices;

namespace Weft.Proxy.Engine;

/// <summary>The system calls of the engine, as the kernel names them. Constants are Linux's for x86-64 and arm64, which agree on all of these.</summary>
internal static unsafe partial class Libc
{
    public const int AfUnix = 1;
    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int SockStream = 1;
    public const int SockDgram = 2;
    public const int SockNonblock = 0x800;
    public const int SockCloexec = 0x80000;
    public const int SolSocket = 1;
    public const int SolIp = 0;
    public const int SolIpv6 = 41;
    public const int SolTcp = 6;
    public const int SoReuseAddr = 2;
    public const int SoError = 4;
    public const int SoLinger = 13;
    public const int SoReusePort = 15;
    public const int SoMark = 36;
    public const int TcpNoDelay = 1;
    public const int TcpDeferAccept = 9;
    public const int TcpInfo = 11;
    public const int TcpCongestion = 13;
    public const int TcpUserTimeout = 18;
    public const int SoOriginalDst = 80;
    public const int Ipv6V6Only = 26;
    public const int MsgNoSignal = 0x4000;
    public const int MsgPeek = 2;
    public const int ShutWrite = 1;

    /// <summary>struct tcp_info up to tcpi_min_rtt, and where the two round trips lie in it (include/uapi/linux/tcp.h).</summary>
    public const int TcpInfoLength = 152;
    public const int TcpInfoRtt = 68;
    public const int TcpInfoMinRtt = 148;

    public const int Eintr = 4;
    public const int Eagain = 11;
    public const int Einprogress = 115;
    public const int Emfile = 24;
    public const int Enfile = 23;
    public const int Econnaborted = 103;

    public const int EpollCtlAdd = 1;
    public const int EpollCtlDel = 2;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollErr = 0x8;
    public const uint EpollHup = 0x10;
    public const uint EpollRdHup = 0x2000;
    public const uint EpollEt = 1u << 31;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int fd, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int fd, byte* address, uint length);

    /// <summary>
    /// Receives from a socket that never blocks: the number of bytes, or an error's number, negative. These two are called for every message, so
    /// they do without what makes other calls dear, telling the garbage collector and keeping the error's number for later.
    /// </summary>
    public static nint Recv(int fd, byte* buffer, nuint length, int flags)
    {
        nint received = RecvNow(fd, buffer, length, flags);
        return received >= 0 ? received : -Marshal.GetLastSystemError();
    }

    /// <summary>Sends on a socket that never blocks: the number of bytes, or an error's number, negative.</summary>
    public static nint Send(int fd, byte* buffer, nuint length, int flags)
    {
        nint sent = SendNow(fd, buffer, length, flags);
        return sent >= 0 ? sent : -Marshal.GetLastSystemError();
    }

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    public static partial nint RecvFrom(int fd, byte* buffer, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(int fd, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int fd, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSockOpt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(int fd, int level, int name, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSockName(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "getpeername", SetLastError = true)]
    public static partial int GetPeerName(int fd, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate1(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollCtl(int epoll, int operation, int fd, void* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, void* events, int count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "recv")]
    [SuppressGCTransition]
    private static partial nint RecvNow(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    [SuppressGCTransition]
    private static partial nint SendNow(int fd, byte* buffer, nuint length, int flags);

    public static int LastError => Marshal.GetLastPInvokeError();

    public static void SetOption(int fd, int level, int name, int value) => SetSockOpt(fd, level, name, &value, sizeof(int));

    /// <summary>The kernel's words for an error number, as strerror gives them.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);
}
