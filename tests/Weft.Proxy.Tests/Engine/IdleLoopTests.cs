using System.Net.Sockets;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Tests.Testing;

namespace Weft.Proxy.Tests.Engine;

public sealed class IdleLoopTests
{
    [Fact]
    public void A_timer_set_by_the_first_connection_after_a_long_rest_runs_its_whole_time()
    {
        ManualClock clock = new();
        using EventLoop loop = new(new EpollPoller(), clock);
        int descriptor = new SocketFactory(0).Listen(NetAddress.V4(0x7f000001, 0), reusePort: false, out string? fault);
        Assert.Null(fault);
        bool accepted = false;
        bool expired = false;
        LoopTimer timer = new(loop, () => expired = true);
        Listener listener = new(loop, descriptor, new ConnectionBudget(10), socket =>
        {
            accepted = true;
            timer.Set(2_000);
            socket.Abort();
        });
        loop.RunOnce();

        clock.AdvanceMs(60_000);
        using TcpClient client = new("127.0.0.1", SocketAddress.OfSocket(descriptor).Port);
        for (int i = 0; i < 1_000 && !accepted; i++)
        {
            loop.RunOnce();
        }

        Assert.True(accepted);
        loop.RunOnce();
        Assert.False(expired, "the timer was set by the time at which the rest began");
        clock.AdvanceMs(1_900);
        loop.RunOnce();
        Assert.False(expired);
        clock.AdvanceMs(200);
        loop.RunOnce();
        Assert.True(expired);
        listener.Close();
    }
}
