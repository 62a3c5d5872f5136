using Weft.Primitives.Net;

namespace Weft.Proxy.Engine;

/// <summary>Opens listening, connecting and datagram sockets with the options every socket of the proxy has.</summary>
internal sealed unsafe class SocketFactory(uint mark)
{
    private const int Backlog = 4096;

    /// <summary>
    /// Connections that were opened here break when the peer has not acknowledged what was sent for so long (TCP_USER_TIMEOUT); 0 leaves
    /// it to the kernel, which tries for a quarter of an hour.
    /// </summary>
    public int UserTimeoutMs { get; init; }

    /// <summary>Binds and listens; the descriptor, or -1 and the kernel's reason.</summary>
    /// <param name="address">Where.</param>
    /// <param name="reusePort">Several sockets share the address.</param>
    /// <param name="fault">The reason.</param>
    /// <param name="onlyV6">An address of IPv6 leaves IPv4 to another socket; else "[::]" takes both.</param>
    public int Listen(NetAddress address, bool reusePort, out string? fault, bool onlyV6 = false)
    {
        int fd = Open(address, Libc.SockStream, out fault);
        if (fd < 0)
        {
            return -1;
        }

        Libc.SetOption(fd, Libc.SolSocket, Libc.SoReuseAddr, 1);
        if (reusePort)
        {
            Libc.SetOption(fd, Libc.SolSocket, Libc.SoReusePort, 1);
        }

        if (address.Family == NetFamily.V6)
        {
            Libc.SetOption(fd, Libc.SolIpv6, Libc.Ipv6V6Only, onlyV6 ? 1 : 0);
        }

        // Connections inherit it.
        LeaveCongestionAside(fd, address);
        byte* buffer = stackalloc byte[SocketAddress.MaxLength];
        uint length = SocketAddress.Write(address, new Span<byte>(buffer, SocketAddress.MaxLength));
        if (Libc.Bind(fd, buffer, length) < 0 || Libc.Listen(fd, Backlog) < 0)
        {
            return Fail(fd, out fault);
        }

        return fd;
    }

    /// <summary>Starts a connect; the transport's <see cref="Transport.Writable"/> tells when it has ended. Null when it failed at once.</summary>
    public SocketTransport? Connect(EventLoop loop, NetAddress address, out string? fault)
    {
        int fd = Open(address, Libc.SockStream, out fault);
        if (fd < 0)
        {
            return null;
        }

        SetStreamOptions(fd, address.Family);
        LeaveCongestionAside(fd, address);
        if (UserTimeoutMs > 0 && address.Family != NetFamily.Unix)
        {
            Libc.SetOption(fd, Libc.SolTcp, Libc.TcpUserTimeout, UserTimeoutMs);
        }

        byte* buffer = stackalloc byte[SocketAddress.MaxLength];
        uint length = SocketAddress.Write(address, new Span<byte>(buffer, SocketAddress.MaxLength));
        if (Libc.Connect(fd, buffer, length) < 0 && Libc.LastError != Libc.Einprogress)
        {
            Fail(fd, out fault);
            return null;
        }

        return new SocketTransport(loop, fd, address);
    }

    /// <summary>A bound datagram socket; the descriptor, or -1 and the kernel's reason.</summary>
    public int BindDatagram(NetAddress address, out string? fault)
    {
        int fd = Open(address, Libc.SockDgram, out fault);
        if (fd < 0)
        {
            return -1;
        }

        byte* buffer = stackalloc byte[SocketAddress.MaxLength];
        uint length = SocketAddress.Write(address, new Span<byte>(buffer, SocketAddress.MaxLength));
        return Libc.Bind(fd, buffer, length) < 0 ? Fail(fd, out fault) : fd;
    }

    public static void SetStreamOptions(int fd, NetFamily family)
    {
        if (family != NetFamily.Unix)
        {
            Libc.SetOption(fd, Libc.SolTcp, Libc.TcpNoDelay, 1);
        }
    }

    /// <summary>
    /// On the loopback interface nothing is ever congested, so the cheapest control does. A system whose default paces (BBR) pays a timer per
    /// send there. Every kernel has "reno" and lets everyone choose it; one that refuses keeps its default.
    /// </summary>
    private static void LeaveCongestionAside(int fd, NetAddress address)
    {
        if (address.IsLoopback)
        {
            fixed (byte* name = "reno"u8)
            {
                Libc.SetSockOpt(fd, Libc.SolTcp, Libc.TcpCongestion, name, 4);
            }
        }
    }

    private int Open(NetAddress address, int type, out string? fault)
    {
        int fd = Libc.Socket(SocketAddress.FamilyOf(address), type | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (fd < 0)
        {
            fault = Libc.Describe(Libc.LastError);
            return -1;
        }

        if (mark != 0 && address.Family != NetFamily.Unix)
        {
            uint value = mark;
            if (Libc.SetSockOpt(fd, Libc.SolSocket, Libc.SoMark, &value, sizeof(uint)) < 0)
            {
                return Fail(fd, out fault);
            }
        }

        fault = null;
        return fd;
    }

    private static int Fail(int fd, out string? fault)
    {
        fault = Libc.Describe(Libc.LastError);
        Libc.Close(fd);
        return -1;
    }
}
