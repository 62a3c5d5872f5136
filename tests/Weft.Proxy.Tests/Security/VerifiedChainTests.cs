using Weft.Proxy.Security;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Security;

/// <summary>A peer's chain is verified once per context, and what was found holds no longer than its certificates do.</summary>
public sealed class VerifiedChainTests : IDisposable
{
    private const string Caller = "spiffe://mesh/ns/shop/svc/caller";

    private readonly TestAuthority _ours = new("ours");
    private readonly TestAuthority _theirs = new("theirs");

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    [Fact]
    public void The_second_connection_of_a_peer_is_not_verified_again_and_has_its_names()
    {
        using TlsContext server = Server();
        using TlsContext client = _ours.Context(isServer: false, Caller, _ours);
        for (int connection = 0; connection < 3; connection++)
        {
            TlsPair pair = new(client, server);
            Assert.True(pair.ServerIsShaken, pair.Server.Fault);
            Assert.Equal(Caller, pair.Server.Peer.SpiffeId);
            Assert.Equal(connection, server.Verified.Hits);
            Assert.Equal(connection, client.Verified.Hits);
            pair.Close();
        }
    }

    private TlsContext Server() => _ours.Context(isServer: true, "spiffe://mesh/ns/shop/svc/served", _ours);
}
