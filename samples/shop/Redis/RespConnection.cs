using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weft.Shop.Redis;

/// <summary>One TCP connection to Redis that carries one command at a time, in RESP2 (the protocol of Redis 1.2 and later).</summary>
internal sealed class RespConnection : IDisposable
{
    private const int BufferBytes = 8 * 1024;
    private const int BulkBytesMax = 1024 * 1024;
    private const int ListItemsMax = 10_000;

    private readonly Socket _socket;
    private readonly long _bornMs = Environment.TickCount64;
    private readonly byte[] _input = new byte[BufferBytes];
    private int _start;
    private int _end;

    private RespConnection(Socket socket) => _socket = socket;

    public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _bornMs);

    /// <summary>False when the peer has closed, or sent what nobody asked for.</summary>
    public bool IsUsable => _start == _end && !_socket.Poll(0, SelectMode.SelectRead);

    public static async Task<RespConnection> ConnectAsync(string host, int port, CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, stop);
            return new RespConnection(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new RespException($"cannot connect to {host}:{port}: {failure.Message}", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command and reads its answer. After an exception the connection must be thrown away.</summary>
    public async Task<RespReply> CallAsync(string[] command, CancellationToken stop)
    {
        try
        {
            ReadOnlyMemory<byte> request = Encode(command);
            while (request.Length > 0)
            {
                request = request[await _socket.SendAsync(request, stop)..];
            }

            return await ReadReplyAsync(stop);
        }
        catch (SocketException failure)
        {
            throw new RespException($"{command[0]} failed: {failure.Message}", failure);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Encode(string[] command)
    {
        using MemoryStream output = new();
        output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{command.Length}\r\n")));
        foreach (string word in command)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(word);
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${bytes.Length}\r\n")));
            output.Write(bytes);
            output.Write("\r\n"u8);
        }

        return output.ToArray();
    }

    private async Task<RespReply> ReadReplyAsync(CancellationToken stop)
    {
        string line = await ReadLineAsync(stop);
        switch (line[0])
        {
            case '+':
                return new RespReply(line[1..], 0, null);
            case '-':
                throw new RespException("Redis answered: " + line[1..]);
            case ':':
                return new RespReply(null, ParseNumber(line), null);
            case '$':
                return new RespReply(await ReadBulkAsync(ParseNumber(line), stop), 0, null);
            case '*':
                return new RespReply(null, 0, await ReadListAsync(ParseNumber(line), stop));
            default:
                throw new RespException($"Redis sent a reply of unknown type '{line[0]}'");
        }
    }

    private async Task<string?[]> ReadListAsync(long count, CancellationToken stop)
    {
        if (count is < 0 or > ListItemsMax)
        {
            throw new RespException($"Redis sent a list of {count} items; at most {ListItemsMax} are expected");
        }

        string?[] list = new string?[count];
        for (int i = 0; i < list.Length; i++)
        {
            string line = await ReadLineAsync(stop);
            list[i] = line[0] == '$' ? await ReadBulkAsync(ParseNumber(line), stop) : line[1..];
        }

        return list;
    }

    private async Task<string?> ReadBulkAsync(long length, CancellationToken stop)
    {
        if (length == -1)
        {
            return null;
        }

        if (length is < 0 or > BulkBytesMax)
        {
            throw new RespException($"Redis sent a value of {length} bytes; at most {BulkBytesMax} are expected");
        }

        byte[] value = new byte[length + 2];
        int filled = 0;
        while (filled < value.Length)
        {
            if (_start == _end)
            {
                await FillAsync(stop);
            }

            int take = Math.Min(value.Length - filled, _end - _start);
            _input.AsSpan(_start, take).CopyTo(value.AsSpan(filled));
            _start += take;
            filled += take;
        }

        return Encoding.UTF8.GetString(value, 0, (int)length);
    }

    /// <summary>A line without its CR LF; never empty.</summary>
    private async Task<string> ReadLineAsync(CancellationToken stop)
    {
        int searched = 0;
        while (true)
        {
            int at = _input.AsSpan(_start + searched, _end - _start - searched).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                string line = Encoding.UTF8.GetString(_input, _start, searched + at);
                _start += searched + at + 2;
                return line.Length > 0 ? line : throw new RespException("Redis sent an empty line");
            }

            // The last byte may be the CR of a pair that is still under way.
            searched = Math.Max(0, _end - _start - 1);
            await FillAsync(stop);
        }
    }

    private async Task FillAsync(CancellationToken stop)
    {
        if (_start > 0)
        {
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            _end -= _start;
            _start = 0;
        }

        if (_end == _input.Length)
        {
            throw new RespException($"Redis sent a line longer than {BufferBytes} bytes");
        }

        int read = await _socket.ReceiveAsync(_input.AsMemory(_end), stop);
        _end += read > 0 ? read : throw new RespException("Redis closed the connection");
    }

    private static long ParseNumber(string line)
        => long.TryParse(line.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new RespException($"Redis sent \"{line}\" where a number belongs");
}
