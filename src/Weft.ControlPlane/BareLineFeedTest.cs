using System.Net.Sockets;
using System.Text;

namespace Weft.ControlPlane;

/// <summary>
/// Sends one request with bare line feeds through our own socket. The switch that makes Kestrel refuse them is an internal name, so an update could
/// take it away without a word; then the server does not start.
/// </summary>
internal static class BareLineFeedTest
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);

    /// <exception cref="ServerStartException">Exit code 70: the request was not refused.</exception>
    public static async Task RunAsync(string socketPath)
    {
        using CancellationTokenSource timeout = new(s_timeout);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        byte[] answer = new byte[64];
        int length;
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), timeout.Token);
            await socket.SendAsync("GET /v1/health HTTP/1.1\nHost: weft\n\n"u8.ToArray(), timeout.Token);
            length = await socket.ReceiveAsync(answer, timeout.Token);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                $"the self-test of {socketPath} failed: {fault.Message}",
                "please report this as a bug of Weft",
                fault);
        }

        string text = Encoding.ASCII.GetString(answer, 0, length);
        if (!text.StartsWith("HTTP/1.1 400", StringComparison.Ordinal))
        {
            throw new ServerStartException(
                ServerExit.CannotStart,
                "the web server accepts lines that end with a bare line feed",
                "use a .NET runtime on which the server can switch that off");
        }
    }
}
