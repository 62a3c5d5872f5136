using System.Net;
using System.Net.Sockets;

namespace Weft.Cli.Host;

/// <summary>Chooses free ports on 127.0.0.1, below those that the kernel gives to outgoing connections, so that none is taken between choice and use.</summary>
internal static class LocalPorts
{
    private const int First = 20000;
    private const int Last = 29999;

    /// <param name="count">How many.</param>
    /// <param name="taken">Ports that belong to other workloads, whether or not somebody listens on them now.</param>
    public static IReadOnlyList<int> Take(int count, IReadOnlySet<int> taken)
    {
        var chosen = new List<int>();
        for (int port = First; port <= Last && chosen.Count < count; port++)
        {
            if (!taken.Contains(port) && IsFree(NetworkNamespace.Ours, IPAddress.Loopback, port))
            {
                chosen.Add(port);
            }
        }

        return chosen.Count == count
            ? chosen
            : throw HostErrors.Fail(HostErrors.PortsUsedUp, $"no free port is left on 127.0.0.1 between {First} and {Last}", null, "end a workload with weft leave");
    }

    /// <summary>True when nobody listens on the port inside the namespace.</summary>
    public static bool IsFree(NetworkNamespace netns, IPAddress address, int port)
    {
        using Socket socket = NamespaceSocket.Create(netns);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
