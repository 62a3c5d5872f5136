using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Weft.Bench.Clients;

/// <summary>A few callers at a time, each making a new mutual TLS 1.3 connection with a full handshake, one request on it, and closing it.
/// Prints <c>connections p50_us p99_us</c>, the latency from the connect to the answer.</summary>
internal static class HandshakeClient
{
    private static readonly byte[] s_request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

    public static async Task<int> RunAsync(int port, int callers, int seconds, string certificateFile, string keyFile)
    {
        SslClientAuthenticationOptions options = MutualTls.Options(certificateFile, keyFile, "http/1.1");
        // The first connection pays for this program's own start.
        await ConnectAndAskAsync(port, options, new byte[4096]);
        long end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        List<double>[] all = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync(port, end, options)));
        double[] sorted = [.. all.SelectMany(one => one).Order()];
        if (sorted.Length == 0)
        {
            throw new IOException("no connection was made in time");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sorted.Length} {sorted[sorted.Length / 2]:0.0} {sorted[(int)(sorted.Length * 0.99)]:0.0}"));
        return 0;
    }

    private static async Task<List<double>> CallAsync(int port, long end, SslClientAuthenticationOptions options)
    {
        List<double> latenciesUs = [];
        byte[] answer = new byte[4096];
        while (Stopwatch.GetTimestamp() < end)
        {
            long start = Stopwatch.GetTimestamp();
            await ConnectAndAskAsync(port, options, answer);
            latenciesUs.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return latenciesUs;
    }

    private static async Task ConnectAndAskAsync(int port, SslClientAuthenticationOptions options, byte[] answer)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        using SslStream tls = new(new NetworkStream(socket, ownsSocket: false));
        await tls.AuthenticateAsClientAsync(options);
        if (tls.SslProtocol != SslProtocols.Tls13)
        {
            throw new IOException($"the connection speaks {tls.SslProtocol}");
        }

        await tls.WriteAsync(s_request);
        int read = await tls.ReadAsync(answer);
        if (!answer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
        {
            throw new IOException("the answer is not 200");
        }
    }
}
