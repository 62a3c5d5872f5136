using Weft.Proxy.Listening;
using Weft.Proxy.Security;
using Weft.Proxy.Tests.Testing;
using Weft.Routing;
using Weft.Testing;

namespace Weft.Proxy.Tests.Listening;

/// <summary>Whatever is refused before its first exchange is counted once, under its reason, and told.</summary>
public sealed class EarlyRefusalTests : IDisposable
{
    private readonly TestAuthority _ours = new("ours");
    private readonly TestAuthority _strangers = new("strangers");

    public void Dispose()
    {
        _ours.Dispose();
        _strangers.Dispose();
    }

    [Theory]
    [InlineData("good", "")]
    [InlineData("stranger", "PEER_ISSUER_UNKNOWN=1")]
    [InlineData("expired", "PEER_CERTIFICATE_EXPIRED=1")]
    [InlineData("no client", "PEER_CERTIFICATE_INVALID=1")]
    [InlineData("other", "PEER_IDENTITY_WRONG=1")]
    [InlineData("none", "PEER_CERTIFICATE_MISSING=1")]
    public async Task A_certificate_that_does_not_hold_is_refused_by_what_is_wrong_with_it(string which, string refused)
    {
        FrontendRig rig = TlsRig();
        using TlsContext client = which switch
        {
            "stranger" => _strangers.Context(false, "spiffe://mesh/ns/a/svc/b", _ours),
            "expired" => _ours.Context(false, "spiffe://mesh/ns/a/svc/b", _ours, validDays: -1),
            "no client" => _ours.Context(false, "spiffe://mesh/ns/a/svc/b", _ours, usage: "1.3.6.1.5.5.7.3.3"),
            "other" => _ours.Context(false, "spiffe://other/ns/a/svc/b", _ours),
            "none" => new TlsContext(new TlsSettings { IsServer = false, TrustPem = _ours.RootPem }),
            _ => _ours.Context(false, "spiffe://mesh/ns/a/svc/b", _ours),
        };
        TlsTransport tls = new(rig.Connect(), client);
        ValueTask<bool> shaken = tls.HandshakeAsync();
        rig.Settle();

        // In TLS 1.3 a client is done before the server has judged it.
        Assert.True(await shaken);
        tls.TrySend("GET / HTTP/1.1\r\nhost: a\r\n\r\n"u8);
        rig.Settle();
        Assert.Equal(refused, rig.Refused());
        Assert.Equal(refused.Length == 0 ? 1 : 0, rig.Exchanges.Count);
        Assert.Equal(refused.Length == 0 ? 0 : 1, rig.Lines.Count);
        tls.Abort();
    }

    [Fact]
    public void Plain_text_on_a_TLS_port_is_refused()
    {
        FrontendRig rig = TlsRig();
        rig.Send(rig.Connect(), "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Assert.Equal("DOWNSTREAM_TLS_FAILED=1", rig.Refused());
        Assert.Contains("http request", Assert.Single(rig.Lines), StringComparison.Ordinal);
    }

    [Fact]
    [Limit("TLS handshake")]
    public void A_handshake_that_does_not_end_is_refused_after_five_seconds()
    {
        FrontendRig rig = TlsRig();
        MemoryTransport client = rig.Connect();
        rig.Send(client, [22, 3, 1]);
        rig.Advance(4_900);
        Assert.Equal("", rig.Refused());
        rig.Advance(200);
        Assert.Equal("HANDSHAKE_TIMEOUT=1", rig.Refused());
        Assert.True(client.IsPeerReset);
    }

    [Fact]
    public void A_port_check_of_a_TLS_port_is_no_refusal()
    {
        FrontendRig rig = TlsRig();
        rig.Connect().Close();
        rig.Settle();
        Assert.Equal("", rig.Refused());
    }

    [Fact]
    public void Without_a_certificate_nobody_is_let_in()
    {
        FrontendRig rig = new((_, settings) => settings with { Tls = static () => null });
        MemoryTransport client = rig.Connect();
        Assert.Equal("NO_CERTIFICATE=1", rig.Refused());
        Assert.True(client.IsPeerReset);
    }

    [Theory]
    [InlineData(EndReason.PlaintextRefused, "PLAINTEXT_REFUSED=1")]
    [InlineData(EndReason.NoPolicy, "NO_POLICY=1")]
    [InlineData(EndReason.LoopDetected, "LOOP_DETECTED=1")]
    public void What_is_not_admitted_is_reset(EndReason reason, string refused)
    {
        FrontendRig rig = new((_, settings) => settings with { Refuses = _ => reason });
        MemoryTransport client = rig.Connect();
        Assert.Equal(refused, rig.Refused());
        Assert.True(client.IsPeerReset);
        Assert.Empty(rig.Arrivals);
    }

    [Fact]
    [Limit("First bytes that tell the protocol")]
    public void A_client_that_says_nothing_is_refused_after_five_seconds()
    {
        FrontendRig rig = new();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "GE");
        rig.Advance(5_100);
        Assert.Equal("DETECT_TIMEOUT=1", rig.Refused());
        Assert.True(client.IsPeerReset);
    }

    [Fact]
    public void Bytes_that_are_no_HTTP_are_refused_where_only_HTTP_is_taken()
    {
        FrontendRig rig = new((_, settings) => settings with { TakesOpaque = false });
        rig.Send(rig.Connect(), "\u0001\u0002\u0003\u0004");
        Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
        rig.Send(rig.Connect(), "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        Assert.Equal([Primitives.Http.HttpVersion.Http11], rig.Exchanges);
    }

    [Fact]
    public void A_client_that_comes_and_goes_is_no_refusal()
    {
        FrontendRig rig = new();
        rig.Connect().Close();
        rig.Settle();
        Assert.Equal("", rig.Refused());
        Assert.Empty(rig.Lines);
    }

    [Fact]
    public void A_flood_is_counted_whole_and_told_once_a_second()
    {
        FrontendRig rig = new((_, settings) => settings with { Refuses = _ => EndReason.PlaintextRefused });
        for (int i = 0; i < 1_000; i++)
        {
            rig.Connect();
        }

        Assert.Equal("PLAINTEXT_REFUSED=1000", rig.Refused());
        Assert.Single(rig.Lines);
        rig.Advance(1_000);
        rig.Connect();
        Assert.Equal(2, rig.Lines.Count);
        Assert.EndsWith("PLAINTEXT_REFUSED (and 999 more since the last such line)", rig.Lines[1], StringComparison.Ordinal);
    }

    private FrontendRig TlsRig()
    {
        TlsContext server = _ours.Context(isServer: true, "spiffe://mesh/ns/a/svc/server", _ours);
        return new FrontendRig((_, settings) => settings with
        {
            Tls = () => server,
            VerifyPeer = static names => names.SpiffeId?.StartsWith("spiffe://mesh/", StringComparison.Ordinal) == true,
            Admit = static _ => new(ListenProtocol.Http1),
        });
    }
}
