using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weft.Bench.Clients;

/// <summary>Several connections, each asking 128 bytes and asking again when the echo is complete. Prints <c>requests p50_us p99_us</c>.</summary>
internal static class PingPongClient
{
    private const int MessageBytes = 128;

    public static int Run(int port, int connections, int seconds)
    {
        using EpollLoop loop = new();
        Dictionary<int, Connection> byDescriptor = [];
        byte[] message = new byte[MessageBytes];
        Random.Shared.NextBytes(message);
        for (int i = 0; i < connections; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, port);
            byDescriptor[(int)socket.Handle] = new Connection(socket);
            loop.Add((int)socket.Handle);
        }

        long end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        foreach ((int descriptor, Connection connection) in byDescriptor)
        {
            connection.AskedAt = Stopwatch.GetTimestamp();
            EpollLoop.Write(descriptor, message);
        }

        List<int> latenciesNs = new(4 * 1024 * 1024);
        Exchange(loop, byDescriptor, message, end, latenciesNs);
        foreach (Connection connection in byDescriptor.Values)
        {
            connection.Socket.Dispose();
        }

        latenciesNs.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{latenciesNs.Count} {At(latenciesNs, 0.5):0.0} {At(latenciesNs, 0.99):0.0}"));
        return 0;
    }

    private static void Exchange(EpollLoop loop, Dictionary<int, Connection> byDescriptor, byte[] message, long end, List<int> latenciesNs)
    {
        int[] ready = new int[64];
        byte[] buffer = new byte[MessageBytes];
        while (Stopwatch.GetTimestamp() < end)
        {
            int count = loop.Wait(ready, 100);
            for (int i = 0; i < count; i++)
            {
                Connection connection = byDescriptor[ready[i]];
                int read = EpollLoop.Read(ready[i], buffer.AsSpan(connection.Got));
                if (read <= 0)
                {
                    throw new IOException("the connection was closed");
                }

                if (!buffer.AsSpan(connection.Got, read).SequenceEqual(message.AsSpan(connection.Got, read)))
                {
                    throw new IOException("the echo differs from what was sent");
                }

                connection.Got += read;
                if (connection.Got == MessageBytes)
                {
                    long now = Stopwatch.GetTimestamp();
                    latenciesNs.Add((int)Math.Min(int.MaxValue, now - connection.AskedAt));
                    connection.Got = 0;
                    connection.AskedAt = now;
                    EpollLoop.Write(ready[i], message);
                }
            }
        }
    }

    private static double At(List<int> sortedNs, double share)
        => sortedNs.Count == 0 ? 0 : sortedNs[Math.Min(sortedNs.Count - 1, (int)(share * sortedNs.Count))] / 1_000.0;

    private sealed class Connection(Socket socket)
    {
        public Socket Socket { get; } = socket;

        public long AskedAt { get; set; }

        public int Got { get; set; }
    }
}
