using System.Net.Sockets;

namespace Weft.Proxy.Listening;

/// <summary>The file of a Unix socket, which outlives whoever bound it.</summary>
internal static class SocketFile
{
    /// <summary>A socket file that nobody listens on any more would refuse the bind; one that somebody uses is left to fail it.</summary>
    public static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using Socket probe = new(
            AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}
