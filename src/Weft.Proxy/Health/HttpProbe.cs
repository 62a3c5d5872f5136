using System.Globalization;
using System.Text;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;

namespace Weft.Proxy.Health;

/// <summary>The application is well when GET of a path answers 2xx or 3xx. Only the status line is read.</summary>
internal sealed class HttpProbe(EventLoop loop, SocketFactory sockets, NetAddress target, string path) : IHealthProbe
{
    /// <summary>Where else the application may be; see <see cref="ServedPort.Other"/>.</summary>
    public NetAddress? Other { get; init; }

    /// <summary>"HTTP/1.1 200": all that is needed of the answer.</summary>
    private const int StatusLineMin = 12;

    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nhost: {(target.Family == NetFamily.Unix ? "localhost" : target.ToString())}\r\nuser-agent: weft-proxy\r\naccept: */*\r\nconnection: close\r\n\r\n");

    public async ValueTask<string?> ProbeAsync()
    {
        (ProbeConnection? connection, string? fault) = await ProbeConnection.DialAsync(loop, sockets, target, Other);
        if (connection is null)
        {
            return fault;
        }

        fault = await AskAsync(connection);
        connection.Close();
        return fault;
    }

    private async ValueTask<string?> AskAsync(ProbeConnection connection)
    {
        // A request of this size fits into the empty buffer of a fresh socket.
        if (connection.Transport.TrySend(_request) != _request.Length)
        {
            return $"GET {path} of {target}: the request could not be sent";
        }

        byte[] answer = new byte[256];
        int length = 0;
        while (length < StatusLineMin)
        {
            int received = connection.Transport.TryReceive(answer.AsSpan(length));
            if (received > 0)
            {
                length += received;
            }
            else if (received != Transport.WouldBlock)
            {
                return $"GET {path} of {target}: closed without an answer";
            }
            else
            {
                await connection.Transport.Readable;
                if (connection.TimedOut)
                {
                    return $"GET {path} of {target}: no answer within {HealthCheck.TimeoutMs} ms";
                }
            }
        }

        return Judge(answer.AsSpan(0, length)) is { } wrong ? $"GET {path} of {target}: {wrong}" : null;
    }

    /// <summary>Null for 2xx and 3xx.</summary>
    internal static string? Judge(ReadOnlySpan<byte> answer)
    {
        bool isStatusLine = answer.Length >= StatusLineMin && answer.StartsWith("HTTP/1."u8) && answer[8] == ' ';
        if (!isStatusLine || !int.TryParse(answer[9..12], NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            return "the answer is not HTTP";
        }

        return status is >= 200 and < 400 ? null : string.Create(CultureInfo.InvariantCulture, $"status {status}");
    }
}
