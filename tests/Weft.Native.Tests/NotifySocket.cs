using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>Stands in for systemd: the socket that a service tells its state to, at a path or under an abstract name.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _heard = [];

    public NotifySocket(bool isAbstract)
    {
        string name = $"weft-notify-{Guid.NewGuid():N}";
        Variable = isAbstract ? "@" + name : Path.Combine(Path.GetTempPath(), name);
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name : Variable));
    }

    /// <summary>What NOTIFY_SOCKET holds.</summary>
    public string Variable { get; }

    /// <summary>Everything heard so far, one message after another.</summary>
    public IReadOnlyList<string> Heard => _heard;

    /// <summary>Waits for the next message that has the line.</summary>
    public async Task<string> ExpectAsync(string line)
    {
        byte[] buffer = new byte[4096];
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            while (true)
            {
                int length = await _socket.ReceiveAsync(buffer, SocketFlags.None, late.Token);
                string message = Encoding.UTF8.GetString(buffer, 0, length);
                _heard.Add(message);
                if (message.Split('\n').Contains(line))
                {
                    return message;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"nobody said {line}, but: {string.Join(" | ", _heard)}");
        }
    }

    /// <summary>Listens for so long; how many messages had the line.</summary>
    public async Task<int> CountAsync(string line, TimeSpan time)
    {
        byte[] buffer = new byte[4096];
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        over.CancelAfter(time);
        int count = 0;
        try
        {
            while (true)
            {
                int length = await _socket.ReceiveAsync(buffer, SocketFlags.None, over.Token);
                count += Encoding.UTF8.GetString(buffer, 0, length).Split('\n').Contains(line) ? 1 : 0;
            }
        }
        catch (OperationCanceledException)
        {
            return count;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(Variable);
    }
}
