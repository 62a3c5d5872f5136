using CsCheck;
using Weft.Primitives.Net;
using Weft.Proxy.Listening;
using Weft.Proxy.Protocols;
using Weft.Proxy.Relaying;
using Weft.Proxy.Security;
using Weft.Proxy.Tests.Testing;
using Weft.Proxy.Upstreams;

namespace Weft.Proxy.Tests.Listening;

/// <summary>TLS that is passed through goes by the server name it asks for, and its bytes stay as they are.</summary>
public sealed class ServerNameTests : IDisposable
{
    private readonly TestAuthority _authority = new("any");

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("a.example", "exact")]
    [InlineData("b.example", "wild")]
    [InlineData("x.y.example", "wild")]
    [InlineData("x.deep.example", "deep")]
    [InlineData("deep.example", "wild")]
    [InlineData("example", "rest")]
    [InlineData("xexample", "rest")]
    [InlineData("", "rest")]
    public void The_longest_name_that_covers_it_decides(string name, string expected)
    {
        RelayTargets targets = new([Target(1)], [("a.example", Target(2)), ("*.example", Target(3)), ("*.deep.example", Target(4))]);
        Dictionary<string, int> ports = new() { ["rest"] = 1, ["exact"] = 2, ["wild"] = 3, ["deep"] = 4 };
        Assert.Equal(ports[expected], Assert.Single(targets.Of(name)).Upstream.Settings.Address.Port);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hello_in_any_pieces_arrives_whole_and_with_its_name(bool detected)
    {
        ListenProtocol protocol = detected ? ListenProtocol.Auto : ListenProtocol.Opaque;
        byte[] hello = Hello("Shop.Example");
        Gen.Int[1, hello.Length].Sample(
            cut =>
            {
                FrontendRig rig = Rig(protocol, "shop.example");
                MemoryTransport client = rig.Connect();
                for (int at = 0; at < hello.Length; at += cut)
                {
                    rig.Send(client, hello.AsSpan(at, Math.Min(cut, hello.Length - at)));
                }

                Assert.Equal("shop.example", Assert.Single(rig.Arrivals).ServerName);
                Assert.Equal(hello, rig.Received);
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public void A_name_that_leads_nowhere_gets_the_alert()
    {
        FrontendRig rig = Rig(ListenProtocol.Opaque, "other.example");
        MemoryTransport client = rig.Connect();
        rig.Send(client, Hello("shop.example"));
        byte[] answer = new byte[20];
        Assert.Equal(7, client.TryReceive(answer));
        Assert.Equal([21, 3, 3, 0, 2, 2, 112], answer[..7]);
        Assert.Equal("SERVER_NAME_UNKNOWN=1", rig.Refused());
        Assert.Contains("shop.example", Assert.Single(rig.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_TLS_goes_with_the_rest_or_is_refused()
    {
        FrontendRig rig = Rig(ListenProtocol.Opaque, "shop.example");
        rig.Send(rig.Connect(), "hello");
        Assert.Equal("DOWNSTREAM_PROTOCOL_ERROR=1", rig.Refused());
        rig = Rig(ListenProtocol.Opaque, "");
        rig.Send(rig.Connect(), "hello");
        Assert.Equal("", Assert.Single(rig.Arrivals).ServerName);
        Assert.Equal("hello"u8.ToArray(), rig.Received);
    }

    [Fact]
    public void A_hello_that_does_not_end_is_refused_after_five_seconds()
    {
        FrontendRig rig = Rig(ListenProtocol.Opaque, "shop.example");
        MemoryTransport client = rig.Connect();
        rig.Send(client, Hello("shop.example").AsSpan(0, 60));
        rig.Advance(4_000);
        rig.Send(client, Hello("shop.example").AsSpan(60, 10));
        rig.Advance(1_100);
        Assert.Equal("DETECT_TIMEOUT=1", rig.Refused());
        Assert.True(client.IsPeerReset);
    }

    private static RelayTarget Target(ushort port)
    {
        FrontendRig rig = new();
        return new RelayTarget(new Upstream(rig.Loop, new MemoryDialer(rig.Loop), new UpstreamSettings { Address = NetAddress.V4(1, port) }, ConnectionLimits.Default));
    }

    private static FrontendRig Rig(ListenProtocol protocol, string known)
        => new((_, settings) => settings with { Admit = _ => new(protocol), ServerNamesOf = _ => name => name == known });

    /// <summary>As OpenSSL writes it.</summary>
    private byte[] Hello(string name)
    {
        FrontendRig rig = new();
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(rig.Loop);
        using TlsContext context = new(new TlsSettings { IsServer = false, TrustPem = _authority.RootPem });
        TlsTransport tls = new(here, context, name);
        _ = tls.HandshakeAsync();
        rig.Settle();
        byte[] hello = new byte[4096];
        int length = there.TryReceive(hello);
        tls.Abort();
        return hello[..length];
    }
}
