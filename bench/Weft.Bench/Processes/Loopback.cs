using System.Net;
using System.Net.Sockets;
using System.Diagnostics;

namespace Weft.Bench.Processes;

/// <summary>Ports of the loopback interface; nothing here leaves the machine.</summary>
internal static class Loopback
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Returns when somebody listens; throws with the child's output when it ended instead or ten seconds passed.</summary>
    public static async Task WaitForAsync(int port, ChildProcess child)
    {
        long start = Stopwatch.GetTimestamp();
        using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(20));
        while (!child.HasExited && Stopwatch.GetElapsedTime(start) < s_patience)
        {
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await pause.WaitForNextTickAsync();
            }
        }

        throw new InvalidOperationException($"{child.Name} does not listen on port {port}: {child.Output.Trim()}");
    }
}
