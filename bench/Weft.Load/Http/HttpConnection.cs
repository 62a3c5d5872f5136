using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weft.Load.Http;

/// <summary>One HTTP/1.1 connection, one request at a time. It repairs nothing, repeats nothing and takes no answer that is not well formed,
/// so that what it counts is what a careful client would have seen.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int BufferBytes = 32 * 1024;

    private readonly Socket _socket;
    private readonly long _bornMs = Environment.TickCount64;
    private readonly byte[] _input = new byte[BufferBytes];
    private int _start;
    private int _end;
    private bool _answerBegan;

    private HttpConnection(Socket socket) => _socket = socket;

    public bool IsUsed { get; private set; }

    public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _bornMs);

    /// <summary>False when the peer has closed since the last answer.</summary>
    public bool IsUsable => _start == _end && !_socket.Poll(0, SelectMode.SelectRead);

    public static async Task<HttpConnection> ConnectAsync(DnsEndPoint server, CancellationToken limit)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, limit);
            return new HttpConnection(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new HttpFault("connect", beforeAnswer: true, failure.Message);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request, BodyCheck? check, CancellationToken limit)
    {
        _answerBegan = false;
        try
        {
            for (ReadOnlyMemory<byte> rest = request; rest.Length > 0;)
            {
                rest = rest[await _socket.SendAsync(rest, limit)..];
            }

            ResponseHead head = await ReadHeadAsync(limit);
            BodyReading body = await ReadBodyAsync(head, check, limit);
            IsUsed = true;
            return new HttpAnswer(head.Status, body.Bytes, body.IsRight, head.KeepAlive, head.Version);
        }
        catch (SocketException failure)
        {
            throw new HttpFault(failure.SocketErrorCode == SocketError.ConnectionReset ? "reset" : "socket", !_answerBegan, failure.Message);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<ResponseHead> ReadHeadAsync(CancellationToken limit)
    {
        while (true)
        {
            int length = _input.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (length >= 0)
            {
                ResponseHead head = ResponseHead.Parse(_input.AsSpan(_start, length + 2));
                _start += length + 4;
                // An interim answer (100) is followed by the real one.
                if (head.Status >= 200)
                {
                    return head;
                }
            }
            else
            {
                await FillAsync(limit);
            }
        }
    }

    private async Task<BodyReading> ReadBodyAsync(ResponseHead head, BodyCheck? check, CancellationToken limit)
    {
        BodyReading body = new(0, true);
        if (head.IsChunked)
        {
            while (true)
            {
                long size = await ReadChunkSizeAsync(limit);
                if (size == 0)
                {
                    while (await ReadLineAsync(limit) > 0)
                    {
                        // Trailers are read and forgotten.
                    }

                    return body;
                }

                body = await ReadPartAsync(size, body, check, limit);
                if (await ReadLineAsync(limit) != 0)
                {
                    throw Broken("a chunk is longer than its size");
                }
            }
        }

        return head.ContentLength > 0 ? await ReadPartAsync(head.ContentLength, body, check, limit) : body;
    }

    private async Task<BodyReading> ReadPartAsync(long length, BodyReading body, BodyCheck? check, CancellationToken limit)
    {
        for (long left = length; left > 0;)
        {
            if (_start == _end)
            {
                await FillAsync(limit);
            }

            int take = (int)Math.Min(left, _end - _start);
            bool right = body.IsRight && (check is null || check(_input.AsSpan(_start, take), body.Bytes));
            body = new BodyReading(body.Bytes + take, right);
            _start += take;
            left -= take;
        }

        return body;
    }

    private async Task<long> ReadChunkSizeAsync(CancellationToken limit)
    {
        int length = await ReadLineAsync(limit);
        ReadOnlySpan<byte> line = _input.AsSpan(_start - length - 2, length);
        int semicolon = line.IndexOf((byte)';');
        ReadOnlySpan<byte> digits = semicolon >= 0 ? line[..semicolon] : line;
        return Utf8Parser.TryParse(digits, out long size, out int consumed, 'x') && consumed == digits.Length && size >= 0
            ? size
            : throw Broken($"\"{Encoding.ASCII.GetString(line)}\" is no chunk size");
    }

    /// <summary>Moves past one line and returns its length without CR LF; the line stays readable just before the cursor.</summary>
    private async Task<int> ReadLineAsync(CancellationToken limit)
    {
        while (true)
        {
            int length = _input.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (length >= 0)
            {
                _start += length + 2;
                return length;
            }

            await FillAsync(limit);
        }
    }

    private async Task FillAsync(CancellationToken limit)
    {
        if (_start > 0)
        {
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            _end -= _start;
            _start = 0;
        }

        if (_end == _input.Length)
        {
            throw Broken($"a line or head is longer than {BufferBytes} bytes");
        }

        int read = await _socket.ReceiveAsync(_input.AsMemory(_end), limit);
        if (read == 0)
        {
            throw new HttpFault(_answerBegan ? "cut" : "closed", !_answerBegan, "the server closed the connection");
        }

        _answerBegan = true;
        _end += read;
    }

    private static HttpFault Broken(string what) => new("malformed", beforeAnswer: false, what);

    private readonly record struct BodyReading(long Bytes, bool IsRight);

    private readonly record struct ResponseHead(int Status, long ContentLength, bool IsChunked, bool KeepAlive, string? Version)
    {
        public static ResponseHead Parse(ReadOnlySpan<byte> head)
        {
            int end = head.IndexOf("\r\n"u8);
            ReadOnlySpan<byte> line = head[..end];
            if (line.Length < 12 || !line.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out int digits) || digits != 3)
            {
                throw Broken($"\"{Encoding.ASCII.GetString(line)}\" is no status line of HTTP/1.1");
            }

            ResponseHead result = new(status, -1, false, true, null);
            for (ReadOnlySpan<byte> rest = head[(end + 2)..]; rest.Length > 0; rest = rest[(end + 2)..])
            {
                end = rest.IndexOf("\r\n"u8);
                result = result.With(Encoding.Latin1.GetString(rest[..end]));
            }

            bool hasNoBody = status is < 200 or 204 or 304;
            return !hasNoBody && !result.IsChunked && result.ContentLength < 0 ? throw Broken("the answer has neither a length nor chunks") : result;
        }

        private ResponseHead With(string field)
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            string value = colon > 0 ? field[(colon + 1)..].Trim() : throw Broken($"\"{field}\" is no header field");
            return field[..colon].ToUpperInvariant() switch
            {
                "CONTENT-LENGTH" => this with { ContentLength = ParseLength(value) },
                "TRANSFER-ENCODING" => this with { IsChunked = value.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? true : throw Broken($"unknown coding \"{value}\"") },
                "CONNECTION" => this with { KeepAlive = !value.Contains("close", StringComparison.OrdinalIgnoreCase) },
                "X-VERSION" => this with { Version = value },
                _ => this,
            };
        }

        private static long ParseLength(string value)
            => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length : throw Broken($"\"{value}\" is no length");
    }
}
