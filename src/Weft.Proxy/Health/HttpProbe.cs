using System.Globalization;
using System.Text;
using Weft.Proxy.Engine;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Health;

/// <summary>An application is well when GET of a path answers an expected status. Only the status line is read.</summary>
/// <param name="target">Where it is.</param>
/// <param name="path">What is asked for, with its query.</param>
/// <param name="host">The name of the host in the request; empty: where it is.</param>
/// <param name="expected">Statuses of an application that is well; null: the usual ones.</param>
internal sealed class HttpProbe(ProbeTarget target, string path, string host = "", IReadOnlyList<(int First, int Last)>? expected = null) : IHealthProbe
{
    private static readonly (int First, int Last)[] Usual = [HealthCheckRule.UsualStatuses];

    /// <summary>"HTTP/1.1 200": all that is needed of the answer.</summary>
    private const int StatusLineMin = 12;

    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nhost: {(host.Length > 0 ? host : target.Authority)}\r\nuser-agent: weft-proxy\r\naccept: */*\r\nconnection: close\r\n\r\n");

    public async ValueTask<string?> ProbeAsync()
    {
        (ProbeConnection? connection, string? fault) = await ProbeConnection.DialAsync(target);
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
            return $"GET {path} of {target.Name}: the request could not be sent";
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
                return $"GET {path} of {target.Name}: closed without an answer";
            }
            else
            {
                await connection.Transport.Readable;
                if (connection.TimedOut)
                {
                    return $"GET {path} of {target.Name}: {target.Late}";
                }
            }
        }

        return Judge(answer.AsSpan(0, length), expected ?? Usual) is { } wrong ? $"GET {path} of {target.Name}: {wrong}" : null;
    }

    /// <summary>Null for an expected status.</summary>
    internal static string? Judge(ReadOnlySpan<byte> answer, IReadOnlyList<(int First, int Last)> expected)
    {
        bool isStatusLine = answer.Length >= StatusLineMin && answer.StartsWith("HTTP/1."u8) && answer[8] == ' ';
        if (!isStatusLine || !int.TryParse(answer[9..12], NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            return "the answer is not HTTP";
        }

        foreach ((int first, int last) in expected)
        {
            if (status >= first && status <= last)
            {
                return null;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"status {status}");
    }
}
