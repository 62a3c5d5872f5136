using System.Globalization;
using System.Net.Sockets;

namespace Weft.ControlPlane.Api;

/// <summary>Who is at the other end of a Unix socket, as the kernel says (unix(7), SO_PEERCRED).</summary>
internal static class PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The user id at the time of connect; null when the kernel does not say.</summary>
    public static uint? UserIdOf(Socket socket)
    {
        // struct ucred { pid_t pid; uid_t uid; gid_t gid; } in the machine's byte order.
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            int length = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
            return length == credentials.Length ? BitConverter.ToUInt32(credentials[4..8]) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public static string ActorName(uint userId) => string.Create(CultureInfo.InvariantCulture, $"local:uid={userId}");
}
