using System.Globalization;
using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Protocols;
using Weft.Routing.Snapshot;

namespace Weft.Proxy.Health;

/// <summary>
/// An application is well when GET of a path answers an expected status, over the version of HTTP that requests to it have. Nothing but the status is read.
/// </summary>
/// <param name="target">Where it is.</param>
/// <param name="path">What is asked for, with its query.</param>
/// <param name="host">The name of the host in the request; empty: where it is.</param>
/// <param name="expected">Statuses of an application that is well; null: the usual ones.</param>
internal sealed class HttpProbe(ProbeTarget target, string path, string host = "", IReadOnlyList<(int First, int Last)>? expected = null) : IHealthProbe
{
    private static readonly (int First, int Last)[] Usual = [HealthCheckRule.UsualStatuses];

    /// <summary>"HTTP/1.1 200": all that is needed of the answer.</summary>
    private const int StatusLineMin = 12;

    private readonly string _host = host.Length > 0 ? host : target.Authority;
    private readonly IReadOnlyList<(int First, int Last)> _expected = expected ?? Usual;

    public async ValueTask<string?> ProbeAsync()
    {
        (ProbeConnection? connection, string? fault) = await ProbeConnection.DialAsync(target);
        if (connection is null)
        {
            return fault;
        }

        fault = target.SpeaksHttp2(connection.Transport) ? await AskHttp2Async(connection) : await AskHttp1Async(connection);
        connection.Close();
        return fault is null ? null : $"GET {path} of {target.Name}: {(connection.TimedOut ? target.Late : fault)}";
    }

    private async ValueTask<string?> AskHttp2Async(ProbeConnection connection)
    {
        if (await connection.OpenStreamAsync() is not { } lease)
        {
            return "no HTTP/2";
        }

        HttpStream stream = lease.Stream;
        WriteRequest(stream);
        bool hasAnswer;
        do
        {
            hasAnswer = await lease.ReceiveHeadAsync();
        }
        while (hasAnswer && stream.Head.Status < 200);

        string? wrong = hasAnswer ? Judge(stream.Head.Status, _expected) : $"closed without an answer ({stream.Fault})";
        stream.Abort(StreamFault.OtherSideGone);
        lease.GiveBack();
        return wrong;
    }

    private void WriteRequest(HttpStream stream)
    {
        MessageHead head = new() { Version = HttpVersion.Http2, Framing = BodyFraming.None };
        head.Method = head.Append("GET"u8);
        head.Scheme = target.IsSecure ? head.Append("https"u8) : head.Append("http"u8);
        head.Authority = head.Append(Encoding.ASCII.GetBytes(_host));
        head.Path = head.Append(Encoding.ASCII.GetBytes(path));
        head.AddField("user-agent"u8, "weft-proxy"u8);
        head.AddField("accept"u8, "*/*"u8);
        stream.WriteHead(head);
        stream.WriteEnd(null);
        head.Release();
    }

    private async ValueTask<string?> AskHttp1Async(ProbeConnection connection)
    {
        // A request of this size fits into the empty buffer of a fresh socket.
        byte[] request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nhost: {_host}\r\nuser-agent: weft-proxy\r\naccept: */*\r\nconnection: close\r\n\r\n");
        if (connection.Transport.TrySend(request) != request.Length)
        {
            return "the request could not be sent";
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
                return "closed without an answer";
            }
            else
            {
                await connection.Transport.Readable;
                if (connection.TimedOut)
                {
                    return target.Late;
                }
            }
        }

        return Judge(answer.AsSpan(0, length), _expected);
    }

    /// <summary>What is wrong with the first line of an answer; null for an expected status.</summary>
    internal static string? Judge(ReadOnlySpan<byte> answer, IReadOnlyList<(int First, int Last)> expected)
    {
        bool isStatusLine = answer.Length >= StatusLineMin && answer.StartsWith("HTTP/1."u8) && answer[8] == ' ';
        if (!isStatusLine || !int.TryParse(answer[9..12], NumberStyles.None, CultureInfo.InvariantCulture, out int status))
        {
            return "the answer is not HTTP";
        }

        return Judge(status, expected);
    }

    private static string? Judge(int status, IReadOnlyList<(int First, int Last)> expected)
    {
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
