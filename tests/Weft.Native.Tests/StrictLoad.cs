using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>
/// Clients that forgive nothing: each sends a request and must get its whole answer on the same connection, no request is ever sent twice. Some keep their connection as
/// long as the server does, some open one for each request, some speak HTTP/2.
/// </summary>
internal sealed class StrictLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _clients = [];
    private readonly List<string> _lost = [];
    private readonly int _port;
    private int _answered;

    public StrictLoad(int port, int keepAlive, int fresh, int http2)
    {
        _port = port;
        _clients.AddRange(Enumerable.Range(0, keepAlive).Select(_ => Task.Run(() => RepeatAsync(KeepAliveAsync))));
        _clients.AddRange(Enumerable.Range(0, fresh).Select(_ => Task.Run(() => RepeatAsync(FreshAsync))));
        _clients.AddRange(Enumerable.Range(0, http2).Select(_ => Task.Run(Http2Async)));
    }

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Ends the load, and fails when anything was lost.</summary>
    public async Task StopAndExpectNothingLostAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        lock (_lost)
        {
            Assert.True(_lost.Count == 0, $"{_lost.Count} of {_answered} lost: {string.Join("; ", _lost.Take(5))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task RepeatAsync(Func<Task> connection)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await connection();
            }
            catch (Exception fault) when (fault is IOException or SocketException or InvalidDataException or OperationCanceledException)
            {
                Lose($"{connection.Method.Name}: {fault.Message}");
            }
        }
    }

    private async Task KeepAliveAsync()
    {
        using TcpClient tcp = await ConnectAsync();
        while (!_stop.IsCancellationRequested && await AskAsync(tcp.GetStream(), "keep-alive"))
        {
        }
    }

    private async Task FreshAsync()
    {
        using TcpClient tcp = await ConnectAsync();
        await AskAsync(tcp.GetStream(), "close");
    }

    private async Task Http2Async()
    {
        using HttpClient http = new(new SocketsHttpHandler()) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using CancellationTokenSource late = new(TimeSpan.FromSeconds(10));
                string body = await http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/hello"), late.Token);
                Count(body.StartsWith("hello", StringComparison.Ordinal), "h2 body " + body);
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
            {
                Lose("h2: " + fault.Message);
            }
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        TcpClient tcp = new();
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(10));
        await tcp.ConnectAsync(IPAddress.Loopback, _port, late.Token);
        return tcp;
    }

    /// <returns>Whether the server keeps the connection.</returns>
    private async Task<bool> AskAsync(NetworkStream stream, string connection)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(10));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /hello HTTP/1.1\r\nhost: a\r\nconnection: {connection}\r\n\r\n"), late.Token);
        byte[] buffer = new byte[4096];
        int length = 0;
        while (true)
        {
            int received = await stream.ReadAsync(buffer.AsMemory(length), late.Token);
            if (received == 0)
            {
                throw new InvalidDataException($"the connection ended after {length} bytes of the answer");
            }

            length += received;
            string answer = Encoding.ASCII.GetString(buffer, 0, length).ToLowerInvariant();
            int head = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && IsWhole(answer, head))
            {
                Count(answer.StartsWith("http/1.1 200", StringComparison.Ordinal), answer[..head]);
                return connection != "close" && !answer[..head].Contains("connection: close", StringComparison.Ordinal);
            }
        }
    }

    private static bool IsWhole(string answer, int head)
    {
        const string Length = "content-length: ";
        int at = answer.IndexOf(Length, 0, head, StringComparison.Ordinal);
        return at < 0
            ? answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
            : answer.Length - head - 4 >= int.Parse(answer.AsSpan((at + Length.Length)..answer.IndexOf('\r', at)), CultureInfo.InvariantCulture);
    }

    private void Count(bool good, string what)
    {
        if (good)
        {
            Interlocked.Increment(ref _answered);
        }
        else
        {
            Lose(what);
        }
    }

    private void Lose(string why)
    {
        lock (_lost)
        {
            _lost.Add(why);
        }
    }
}
