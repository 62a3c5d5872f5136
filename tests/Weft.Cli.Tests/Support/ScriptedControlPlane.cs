using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Weft.Cli.Tests.Support;

/// <summary>A control plane that answers what a test has written down: HTTP/1.1 on a Unix socket, one request per connection, every request kept.</summary>
internal sealed class ScriptedControlPlane : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Func<string, (int Status, string Body)>> _answers = new(StringComparer.Ordinal);
    private readonly Task _serving;

    public ScriptedControlPlane()
    {
        Folder = Directory.CreateTempSubdirectory("weft-cli-").FullName;
        SocketPath = Path.Combine(Folder, "weft.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen(64);
        _serving = ServeAsync();
    }

    /// <summary>A fresh folder of this test's own.</summary>
    public string Folder { get; }

    public string SocketPath { get; }

    /// <summary>"POST /v1/commits?x=y" and the body, in order of arrival.</summary>
    public ConcurrentQueue<(string Line, string Body)> Requests { get; } = [];

    /// <summary>Answers "GET /v1/status" (the query does not count) with a document.</summary>
    public ScriptedControlPlane On<T>(string methodAndPath, T answer, JsonTypeInfo<T> type, int status = 200)
        => On(methodAndPath, _ => (status, JsonSerializer.Serialize(answer, type)));

    /// <summary>Answers with what the function makes of "METHOD /path?query".</summary>
    public ScriptedControlPlane On(string methodAndPath, Func<string, (int Status, string Body)> answer)
    {
        _answers[methodAndPath] = answer;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stopping.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stopping.Token);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            var (line, body) = await ReadAsync(stream);
            Requests.Enqueue((line, body));
            var key = line.Split('?')[0];
            var (status, text) = _answers.TryGetValue(key, out var answer) ? answer(line) : (404, "{\"code\":\"WF0012\",\"message\":\"the API has no such call\"}");
            var bytes = Encoding.UTF8.GetBytes(text);
            var head = $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stopping.Token);
            await stream.WriteAsync(bytes, _stopping.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client went away; its test says whether that was right.
        }
    }

    private async Task<(string Line, string Body)> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var words = (await reader.ReadLineAsync(_stopping.Token) ?? throw new IOException("closed before a request")).Split(' ');
        var length = 0;
        while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 } field)
        {
            if (field.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(field["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        // The bodies of these tests are ASCII, so characters are bytes.
        var body = new char[length];
        if (length > 0)
        {
            await reader.ReadBlockAsync(body, _stopping.Token);
        }

        return ($"{words[0]} {words[1]}", new string(body));
    }
}
