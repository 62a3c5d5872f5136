using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Weft.Bench.Contenders;
using Weft.Bench.Measuring;

namespace Weft.Bench.Clients;

/// <summary>Connections that have each carried one request and stay open without a word.</summary>
internal sealed class IdleConnections(int port, MemoryKind kind, Certificates certificates) : IDisposable
{
    private const int AtATime = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly List<Stream> _open = [];
    private readonly SslClientAuthenticationOptions _tls = MutualTls.Options(certificates.Certificate("client"), certificates.Key("client"), "http/1.1");

    private static ReadOnlySpan<byte> Request => "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8;

    public async Task GrowToAsync(int count)
    {
        while (_open.Count < count)
        {
            _open.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(AtATime, count - _open.Count)).Select(_ => OpenAsync())));
        }
    }

    public void Dispose() => _open.ForEach(stream => stream.Dispose());

    private async Task<Stream> OpenAsync()
    {
        // A reset instead of a close: ten thousand sockets in TIME_WAIT would stand in the way of the next contender.
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        using CancellationTokenSource limit = new(s_patience);
        await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (kind == MemoryKind.MutualTls)
        {
            SslStream tls = new(stream);
            await tls.AuthenticateAsClientAsync(_tls, limit.Token);
            stream = tls;
        }

        if (kind == MemoryKind.Http2)
        {
            await Http2Request.AskOnceAsync(stream, limit.Token);
        }
        else
        {
            await AskOnceAsync(stream, limit.Token);
        }

        return stream;
    }

    private static async Task AskOnceAsync(Stream stream, CancellationToken limit)
    {
        await stream.WriteAsync(Request.ToArray(), limit);
        byte[] answer = new byte[4096];
        int read = await stream.ReadAsync(answer, limit);
        if (!answer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8))
        {
            throw new IOException("the answer is not 200");
        }
    }
}
