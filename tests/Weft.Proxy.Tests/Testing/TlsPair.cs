using Weft.Proxy.Engine;
using Weft.Proxy.Security;

namespace Weft.Proxy.Tests.Testing;

/// <summary>Both ends of a TLS connection over memory, on one loop.</summary>
internal sealed class TlsPair
{
    private readonly Task<bool> _clientShaken;
    private readonly Task<bool> _serverShaken;

    public TlsPair(TlsContext client, TlsContext server, ManualClock? clock = null)
    {
        Loop = new EventLoop(new NullPoller(), clock ?? new ManualClock());
        (ClientWire, ServerWire) = MemoryTransport.Pair(Loop);
        Client = new TlsTransport(ClientWire, client);
        Server = new TlsTransport(ServerWire, server);
        _clientShaken = Client.HandshakeAsync().AsTask();
        _serverShaken = Server.HandshakeAsync().AsTask();
        Settle();
    }

    public EventLoop Loop { get; }

    public TlsTransport Client { get; }

    public TlsTransport Server { get; }

    /// <summary>What lies under the client: bytes put in here reach the server as if the client had sent them.</summary>
    public MemoryTransport ClientWire { get; }

    public MemoryTransport ServerWire { get; }

    public bool ServerIsShaken => _serverShaken is { IsCompletedSuccessfully: true, Result: true };

    public bool ClientIsShaken => _clientShaken is { IsCompletedSuccessfully: true, Result: true };

    public void Settle()
    {
        for (int turn = 0; turn < 1_000 && Loop.RunOnce(); turn++)
        {
        }
    }

    public void Close()
    {
        Client.Abort();
        Server.Abort();
        Settle();
    }
}
