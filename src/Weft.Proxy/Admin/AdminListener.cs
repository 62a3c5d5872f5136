using System.Globalization;
using System.Text;
using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Protocols;
using Weft.Proxy.Upgrading;
using Weft.Routing;

namespace Weft.Proxy.Admin;

/// <summary>
/// The admin pages over HTTP/1.1, on the control loop. Only this machine may ask: connections from loopback, or from the address they
/// were made to, which is this network namespace itself.
/// </summary>
internal sealed class AdminListener : IExchangeHandler
{
    private const int ConnectionsMax = 64;

    private readonly EventLoop _loop;
    private readonly int[] _descriptors;
    private readonly AdminPages _pages;
    private readonly ServerDrain _drain = new();
    private readonly ConnectionBudget _budget = new(ConnectionsMax);
    private readonly List<Listener> _listeners = [];

    /// <summary>Binds; nobody is answered before <see cref="Serve"/>.</summary>
    /// <exception cref="IOException">The address cannot be bound; the message says why.</exception>
    public AdminListener(EventLoop loop, SocketFactory sockets, HeldSockets held, NetAddress address, AdminPages pages)
    {
        _loop = loop;
        _pages = pages;
        _descriptors = WorkerSockets.Open(sockets, held, address, workers: 1, out string? fault) is [int[] own] ? own : throw new IOException($"{address}: {fault}");
        Address = SocketAddress.OfSocket(_descriptors[0]);
    }

    /// <summary>Where it listens, with the port that the kernel chose for port 0.</summary>
    public NetAddress Address { get; }

    /// <summary>Begins to answer. Loop thread, once.</summary>
    public void Serve()
    {
        foreach (int descriptor in _descriptors)
        {
            _listeners.Add(new Listener(_loop, descriptor, _budget, OnAccepted));
        }
    }

    public void Close()
    {
        _listeners.ForEach(static listener => listener.Close());
        _drain.Begin();
    }

    public async ValueTask ServeAsync(HttpStream exchange)
    {
        MessageHead request = exchange.Head;
        AdminPage page = _pages.Answer(
            Encoding.ASCII.GetString(request[request.Method]),
            Encoding.ASCII.GetString(request[request.Path]),
            request.TryGetField("origin"u8, out _),
            request.TryGetField("accept"u8, out ReadOnlySpan<byte> accept) ? Encoding.ASCII.GetString(accept) : "");
        bool isHead = request[request.Method].SequenceEqual("HEAD"u8);
        byte[] body = Encoding.UTF8.GetBytes(page.Body);
        exchange.WriteHead(MakeHead(page, body.Length));
        for (int at = 0; !isHead && at < body.Length && !exchange.IsBroken;)
        {
            int taken = exchange.TryWriteBody(body.AsSpan(at));
            at += taken;
            if (taken == 0 && !exchange.IsBroken)
            {
                await exchange.Room;
            }
        }

        exchange.WriteEnd(null);
    }

    /// <summary>The figures are about traffic; a mistake of whoever looks at them is not part of it.</summary>
    public void OnRefused(EndReason reason)
    {
    }

    private static MessageHead MakeHead(AdminPage page, int length)
    {
        MessageHead head = new()
        {
            Version = HttpVersion.Http11,
            Status = page.Status,
            Framing = BodyFraming.Length,
            ContentLength = length,
            KeepAlive = true,
        };
        head.AddField("content-type"u8, Encoding.ASCII.GetBytes(page.ContentType));
        head.AddField("content-length"u8, Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)));
        head.AddField("cache-control"u8, "no-store"u8);
        return head;
    }

    private async void OnAccepted(SocketTransport socket)
    {
        if (socket.Remote.IsLoopback || socket.Remote.WithPort(0) == socket.Local.WithPort(0))
        {
            await new Http1ServerConnection(socket, ConnectionLimits.Default, _drain).RunAsync(this);
        }
        else
        {
            socket.Abort();
        }

        _budget.GiveBack();
    }
}
