using Weft.Proxy.Paths;
using Weft.Proxy.Tests.Testing;

namespace Weft.Proxy.Tests.Paths;

/// <summary>Opaque streams: how they end, in order, by a reset, or by their times.</summary>
public sealed class TunnelTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_of_either_side_is_a_reset_of_the_other(bool pair)
    {
        RelayRig rig = new(pair, opaque: true);
        (MemoryTransport client, MemoryTransport server) = Open(rig);
        client.Abort();
        rig.Settle();
        Assert.True(server.IsPeerReset);

        (client, server) = Open(rig);
        server.Abort();
        rig.Settle();
        Assert.True(client.IsPeerReset);
    }

    [Fact]
    public void A_reset_after_the_last_word_is_passed_on_while_the_other_side_is_silent()
    {
        RelayRig rig = new(opaque: true);
        (MemoryTransport client, MemoryTransport server) = Open(rig);
        client.ShutdownSend();
        rig.Settle();
        Assert.True(server.HasEnded);
        Assert.False(server.IsPeerReset);
        client.Abort();
        rig.Settle();
        Assert.True(server.IsPeerReset);
    }

    [Fact]
    public void Silence_ends_a_stream_and_a_byte_of_either_side_keeps_it()
    {
        RelayRig rig = new(opaque: true, times: new TunnelTimes(IdleMs: 8_000, LifeMs: 0));
        (MemoryTransport client, MemoryTransport server) = Open(rig);
        for (int i = 0; i < 10; i++)
        {
            Pass(rig, 7_000);
            rig.Send(i % 2 == 0 ? client : server, "x");
            Assert.Equal("x", rig.Receive(i % 2 == 0 ? server : client));
        }

        Pass(rig, 7_500);
        Assert.False(client.IsPeerReset);
        Pass(rig, 2_000);
        Assert.True(client.IsPeerReset);
        Assert.True(server.IsPeerReset);
    }

    [Fact]
    public void The_longest_time_ends_a_busy_stream()
    {
        RelayRig rig = new(opaque: true, times: new TunnelTimes(IdleMs: 0, LifeMs: 20_000));
        (MemoryTransport client, MemoryTransport server) = Open(rig);
        for (int i = 0; i < 19; i++)
        {
            Pass(rig, 1_000);
            rig.Send(client, "x");
            Assert.Equal("x", rig.Receive(server));
        }

        Pass(rig, 1_500);
        Assert.True(client.IsPeerReset);
        Assert.True(server.IsPeerReset);
    }

    /// <summary>Time passes for the rig as it does for a loop: in small steps.</summary>
    private static void Pass(RelayRig rig, int ms)
    {
        for (int passed = 0; passed < ms; passed += 100)
        {
            rig.Advance(100);
        }
    }

    private static (MemoryTransport Client, MemoryTransport Server) Open(RelayRig rig)
    {
        MemoryTransport client = rig.Connect();
        MemoryTransport server = rig.Origin.Accept();
        rig.Send(client, "hi");
        Assert.Equal("hi", rig.Receive(server));
        return (client, server);
    }
}
