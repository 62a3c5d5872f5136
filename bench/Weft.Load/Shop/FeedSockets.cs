using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Weft.Load.Measuring;

namespace Weft.Load.Shop;

/// <summary>A few users with an open WebSocket each. A socket is closed by the book when it is 15 s old, and a new one opened.</summary>
internal sealed class FeedSockets
{
    private const int Count = 8;
    private static readonly TimeSpan s_ageMax = TimeSpan.FromSeconds(15);

    private readonly Uri _url;
    private readonly Reader[] _readers;

    /// <param name="stop">Closes the sockets when it fires.</param>
    public FeedSockets(Uri server, CancellationToken stop)
    {
        _url = new UriBuilder(server) { Scheme = "ws", Path = "/ws" }.Uri;
        _readers = [.. Enumerable.Range(0, Count).Select(_ => new Reader())];
        stop.Register(() =>
        {
            foreach (Reader reader in _readers)
            {
                reader.Abandon();
            }
        });
        _ = SweepAsync(stop);
    }

    public async Task<Outcome> AskAsync(long number, CancellationToken limit)
    {
        // The number of the request picks the user by a mix of its bits: kinds come in a fixed order, and its remainder alone would pick few.
        Reader reader = _readers[(int)((ulong)(number * 0x61c8864680b583eb) >> 61)];
        bool entered = false;
        try
        {
            await reader.Turn.WaitAsync(limit);
            entered = true;
            return await reader.AskAsync(_url, number, limit);
        }
        catch (WebSocketException failure)
        {
            reader.Abandon();
            return Outcome.Fail("websocket-" + failure.WebSocketErrorCode);
        }
        catch (OperationCanceledException)
        {
            reader.Abandon();
            return Outcome.Fail("timeout");
        }
        finally
        {
            if (entered)
            {
                reader.Turn.Release();
            }
        }
    }

    /// <summary>A user who asks nothing for long would keep an old socket.</summary>
    private async Task SweepAsync(CancellationToken stop)
    {
        using PeriodicTimer sweep = new(TimeSpan.FromSeconds(5));
        while (!stop.IsCancellationRequested && await sweep.WaitForNextTickAsync(CancellationToken.None))
        {
            foreach (Reader reader in _readers)
            {
                if (!await reader.Turn.WaitAsync(0, CancellationToken.None))
                {
                    continue;
                }

                try
                {
                    using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
                    await reader.CloseIfOldAsync(limit.Token);
                }
                catch (Exception end) when (end is WebSocketException or OperationCanceledException)
                {
                    // Nothing was asked on it, so nothing is lost with it.
                    reader.Abandon();
                }
                finally
                {
                    reader.Turn.Release();
                }
            }
        }
    }

    private sealed class Reader
    {
        private readonly byte[] _buffer = new byte[1024];
        private ClientWebSocket? _socket;
        private long _bornMs;

        public SemaphoreSlim Turn { get; } = new(1);

        public void Abandon()
        {
            _socket?.Dispose();
            _socket = null;
        }

        public async Task CloseIfOldAsync(CancellationToken limit)
        {
            if (_socket is not null && Environment.TickCount64 - _bornMs > s_ageMax.TotalMilliseconds)
            {
                await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit);
                Abandon();
            }
        }

        public async Task<Outcome> AskAsync(Uri url, long number, CancellationToken limit)
        {
            await CloseIfOldAsync(limit);
            ClientWebSocket socket = _socket ??= await OpenAsync(url, limit);
            string question = "news " + number.ToString(CultureInfo.InvariantCulture);
            await socket.SendAsync(Encoding.ASCII.GetBytes(question), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, limit);
            int filled = 0;
            while (true)
            {
                ValueWebSocketReceiveResult part = await socket.ReceiveAsync(_buffer.AsMemory(filled), limit);
                filled += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    Abandon();
                    return Outcome.Fail("websocket-closed");
                }

                if (part.EndOfMessage)
                {
                    return Encoding.ASCII.GetString(_buffer, 0, filled).EndsWith(question, StringComparison.Ordinal) ? Outcome.Ok : Outcome.Fail("body");
                }
            }
        }

        private async Task<ClientWebSocket> OpenAsync(Uri url, CancellationToken limit)
        {
            ClientWebSocket socket = new();
            socket.Options.Proxy = null;
            try
            {
                await socket.ConnectAsync(url, limit);
                _bornMs = Environment.TickCount64;
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
