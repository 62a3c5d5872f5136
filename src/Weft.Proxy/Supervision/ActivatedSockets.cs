using System.Globalization;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy.Supervision;

/// <summary>
/// The sockets that systemd opened for this process (LISTEN_FDS, sd_listen_fds(3)), from a socket unit or from the descriptor store. Each is for the option
/// that names its address; what the sockets are called (LISTEN_FDNAMES) does not matter.
/// </summary>
internal static class ActivatedSockets
{
    /// <summary>The first of them (SD_LISTEN_FDS_START).</summary>
    private const int First = 3;

    private const int Most = 1_024;

    /// <summary>O_NONBLOCK.</summary>
    private const int NonBlock = 0x800;

    /// <summary>Puts them into <paramref name="held"/>, and takes the variables away from those that this process starts.</summary>
    public static void Take(HeldSockets held)
    {
        string? pid = Environment.GetEnvironmentVariable("LISTEN_PID");
        string? count = Environment.GetEnvironmentVariable("LISTEN_FDS");
        foreach (string name in (ReadOnlySpan<string>)["LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES"])
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        if (pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int sockets))
        {
            for (int fd = First; fd < First + Math.Min(sockets, Most); fd++)
            {
                Take(held, fd);
            }
        }
    }

    private static void Take(HeldSockets held, int fd)
    {
        NetAddress address = SocketAddress.OfSocket(fd);
        bool isStream = Libc.GetOption(fd, Libc.SolSocket, Libc.SoType) == Libc.SockStream;
        if (address.Family == NetFamily.None || (isStream && Libc.GetOption(fd, Libc.SolSocket, Libc.SoAcceptConn) != 1))
        {
            Libc.Close(fd);
            return;
        }

        Libc.Fcntl(fd, Libc.FcntlSetDescriptorFlags, Libc.DescriptorCloseOnExec);
        Libc.Fcntl(fd, Libc.FcntlSetFlags, Libc.Fcntl(fd, Libc.FcntlGetFlags, 0) | NonBlock);
        held.Give(new HeldSocket(isStream, address, fd));
    }
}
