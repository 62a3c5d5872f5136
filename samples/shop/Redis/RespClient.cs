using System.Collections.Concurrent;
using System.Globalization;

namespace Weft.Shop.Redis;

/// <summary>A small Redis client: a pool of connections that are replaced when they are <see cref="ConnectionAgeMax"/> old.</summary>
internal sealed class RespClient : IDisposable
{
    private const int PoolMax = 16;

    /// <summary>Like the HTTP clients of the shop: nothing holds on to an old connection for long.</summary>
    public static readonly TimeSpan ConnectionAgeMax = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_callTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentStack<RespConnection> _idle = new();
    private readonly SemaphoreSlim _slots = new(PoolMax);
    private readonly PeriodicTimer _sweep = new(TimeSpan.FromSeconds(5));
    private readonly string _host;
    private readonly int _port;

    public RespClient(string host, int port)
    {
        _host = host;
        _port = port;
        _ = SweepAsync();
    }

    /// <summary>Reads <c>host:port</c>, for example <c>redis:6379</c>.</summary>
    public static RespClient Parse(string address)
    {
        int colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? new RespClient(address[..colon], port)
            : throw new ArgumentException($"\"{address}\" is no address of a Redis: write host:port");
    }

    /// <summary>Runs one command. Throws <see cref="RespException"/> when Redis refuses it, is away, or is too slow.</summary>
    public async Task<RespReply> CallAsync(CancellationToken stop, params string[] command)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(s_callTimeout);
        try
        {
            await _slots.WaitAsync(limit.Token);
            try
            {
                return await CallOnPoolAsync(command, limit.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new RespException($"{command[0]} took longer than {s_callTimeout.TotalSeconds} s");
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        while (_idle.TryPop(out RespConnection? connection))
        {
            connection.Dispose();
        }

        _slots.Dispose();
    }

    private async Task<RespReply> CallOnPoolAsync(string[] command, CancellationToken stop)
    {
        RespConnection connection = TryTakeIdle() ?? await RespConnection.ConnectAsync(_host, _port, stop);
        bool keep = false;
        try
        {
            RespReply reply = await connection.CallAsync(command, stop);
            keep = connection.Age < ConnectionAgeMax;
            return reply;
        }
        finally
        {
            if (keep)
            {
                _idle.Push(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>The youngest is used first, so those at the bottom would grow old unseen.</summary>
    private async Task SweepAsync()
    {
        while (await _sweep.WaitForNextTickAsync())
        {
            RespConnection[] all = new RespConnection[PoolMax];
            int count = _idle.TryPopRange(all);
            foreach (RespConnection connection in all.Take(count).Reverse())
            {
                if (connection.Age < ConnectionAgeMax && connection.IsUsable)
                {
                    _idle.Push(connection);
                }
                else
                {
                    connection.Dispose();
                }
            }
        }
    }

    private RespConnection? TryTakeIdle()
    {
        while (_idle.TryPop(out RespConnection? connection))
        {
            if (connection.Age < ConnectionAgeMax && connection.IsUsable)
            {
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }
}
