using CsCheck;
using Weft.Primitives.Http;
using Weft.Primitives.Net;
using Weft.Proxy.Tests.Testing;
using Weft.Wire.ProxyProtocol;

namespace Weft.Proxy.Tests.Listening;

/// <summary>Where a PROXY header is required it is required of everybody, and its client is the one that counts.</summary>
public sealed class ProxyHeaderReceptionTests
{
    private const string Request = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    [Fact]
    public void The_client_of_the_header_arrives_however_the_bytes_are_cut()
        => Gen.Select(Gen.UInt, Gen.UShort, Gen.Bool, Gen.Int[1, 40]).Sample((bits, port, binary, cut) =>
        {
            FrontendRig rig = Rig();
            MemoryTransport client = rig.Connect();
            NetAddress source = NetAddress.V4(bits, port);
            byte[] bytes = new byte[ProxyHeaderWriter.Max + Request.Length];
            int length = ProxyHeaderWriter.Write(binary ? ProxyVersion.V2 : ProxyVersion.V1, source, NetAddress.V4(7, 443), bytes);
            length += System.Text.Encoding.ASCII.GetBytes(Request, bytes.AsSpan(length));
            for (int at = 0; at < length; at += cut)
            {
                rig.Send(client, bytes.AsSpan(at, Math.Min(cut, length - at)));
            }

            Assert.Equal((source, NetAddress.V4(7, 443)), (rig.Arrivals[0].Client, rig.Arrivals[0].Local));
            Assert.Equal([HttpVersion.Http11], rig.Exchanges);
            Assert.Equal("", rig.Refused());
        });

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0020\0\0\0")]
    public void A_sender_that_speaks_for_itself_counts_as_who_it_is(string header)
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Send(client, header + Request);
        Assert.Equal(client.Local, rig.Arrivals[0].Client);
        Assert.Equal([HttpVersion.Http11], rig.Exchanges);
    }

    [Theory]
    [InlineData(Request)]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 9 010\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0031")]
    public void Without_a_valid_header_nobody_is_served(string bytes)
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Send(client, bytes);
        Assert.Equal("PROXY_HEADER_INVALID=1", rig.Refused());
        Assert.True(client.IsPeerReset);
        Assert.Empty(rig.Arrivals);
    }

    [Fact]
    public void A_header_that_does_not_end_is_refused_after_five_seconds()
    {
        FrontendRig rig = Rig();
        MemoryTransport client = rig.Connect();
        rig.Send(client, "PROXY TCP4 1.2.3.4 ");
        rig.Advance(5_100);
        Assert.Equal("DETECT_TIMEOUT=1", rig.Refused());
        Assert.True(client.IsPeerReset);
    }

    [Fact]
    public void A_client_that_leaves_in_the_middle_is_refused_and_one_without_a_word_is_not()
    {
        FrontendRig rig = Rig();
        rig.Connect().Close();
        rig.Settle();
        Assert.Equal("", rig.Refused());
        MemoryTransport client = rig.Connect();
        rig.Send(client, "PROXY");
        client.Close();
        rig.Settle();
        Assert.Equal("PROXY_HEADER_INVALID=1", rig.Refused());
    }

    private static FrontendRig Rig() => new(static (_, settings) => settings with { TakesProxyHeader = static _ => true });
}
