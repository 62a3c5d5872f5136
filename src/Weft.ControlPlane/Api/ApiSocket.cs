using System.Net.Sockets;

namespace Weft.ControlPlane.Api;

/// <summary>The Unix socket: private from its first moment, and taken over from a server that is gone.</summary>
internal static class ApiSocket
{
    /// <summary>Makes the socket for Kestrel to listen on.</summary>
    /// <exception cref="ServerStartException">Exit code 70: another server listens there, or the path cannot be used.</exception>
    public static Socket Bind(UnixDomainSocketEndPoint endpoint, string path)
    {
        RemoveStale(endpoint, path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endpoint);

            // The mode of a new socket comes from the umask. Nobody can connect before listen(2), so there is no moment of openness.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return socket;
        }
        catch (Exception fault) when (fault is SocketException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the socket {path} cannot be made: {fault.Message}",
                "choose another path with --socket",
                fault);
        }
    }

    private static void RemoveStale(UnixDomainSocketEndPoint endpoint, string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException fault)
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"{path} is there and no socket of ours: {fault.Message}",
                "remove it, or choose another path with --socket",
                fault);
        }

        throw new ServerStartException(ServerExit.CannotStart, $"another server listens on {path}", "stop it, or choose another path with --socket");
    }
}
