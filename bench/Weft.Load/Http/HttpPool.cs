using System.Collections.Concurrent;
using System.Net;
using Weft.Load.Measuring;

namespace Weft.Load.Http;

/// <summary>At most so many connections to one server, the youngest used first, none older than <see cref="ConnectionAgeMax"/>.</summary>
internal sealed class HttpPool : IDisposable
{
    /// <summary>Young connections follow whatever joins or moves behind the name.</summary>
    public static readonly TimeSpan ConnectionAgeMax = TimeSpan.FromSeconds(15);

    private readonly ConcurrentStack<HttpConnection> _idle = new();
    private readonly PeriodicTimer _sweep = new(TimeSpan.FromSeconds(5));
    private readonly DnsEndPoint _server;
    private readonly SemaphoreSlim _slots;
    private readonly int _connections;

    public HttpPool(Uri server, int connections)
    {
        _server = new DnsEndPoint(server.DnsSafeHost, server.Port);
        _slots = new SemaphoreSlim(connections);
        _connections = connections;
        _ = SweepAsync();
    }

    /// <summary>Sends a request and judges the answer. A GET on a reused connection that was closed before any byte of an answer is sent
    /// once more on a new one, as RFC 9110 section 9.2.2 lets a client do, and the outcome says so.</summary>
    public async Task<Outcome> RunAsync(HttpCall call, CancellationToken limit)
    {
        bool entered = false;
        try
        {
            await _slots.WaitAsync(limit);
            entered = true;
            return await RunOnceAsync(call, fresh: false, limit);
        }
        catch (HttpFault fault)
        {
            return Outcome.Fail(fault.Reason);
        }
        catch (OperationCanceledException)
        {
            return Outcome.Fail(entered ? "timeout" : "no-connection");
        }
        finally
        {
            if (entered)
            {
                _slots.Release();
            }
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        while (_idle.TryPop(out HttpConnection? connection))
        {
            connection.Dispose();
        }

        _slots.Dispose();
    }

    private async Task<Outcome> RunOnceAsync(HttpCall call, bool fresh, CancellationToken limit)
    {
        HttpConnection connection = (fresh ? null : TryTakeIdle()) ?? await HttpConnection.ConnectAsync(_server, limit);
        bool keep = false;
        try
        {
            HttpAnswer answer = await connection.SendAsync(call.Bytes, call.Check, limit);
            keep = answer.KeepAlive && connection.Age < ConnectionAgeMax;
            return call.Judge(answer);
        }
        catch (HttpFault fault) when (fault.BeforeAnswer && connection.IsUsed && call.IsIdempotent)
        {
            return (await RunOnceAsync(call, fresh: true, limit)) with { Retried = true };
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
            HttpConnection[] all = new HttpConnection[_connections];
            int count = _idle.TryPopRange(all);
            foreach (HttpConnection connection in all.Take(count).Reverse())
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

    private HttpConnection? TryTakeIdle()
    {
        while (_idle.TryPop(out HttpConnection? connection))
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
