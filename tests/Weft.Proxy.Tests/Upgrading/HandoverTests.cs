using System.Net;
using System.Net.Sockets;
using Weft.Primitives.Net;
using Weft.Proxy.Engine;
using Weft.Proxy.Listening;
using Weft.Proxy.Upgrading;
using Xunit;
using SocketAddress = Weft.Proxy.Engine.SocketAddress;

namespace Weft.Proxy.Tests.Upgrading;

public sealed class HandoverTests
{
    private static readonly NetAddress AnyPort = NetAddress.V4(0x7f000001, 0);

    private readonly SocketFactory _sockets = new(0);

    [Fact]
    public void A_channel_keeps_messages_whole_and_carries_sockets()
    {
        (HandoverChannel near, int far) = HandoverChannel.Open();
        using HandoverChannel other = new(far);
        int listening = _sockets.Listen(AnyPort, reusePort: false, out _);
        NetAddress address = SocketAddress.OfSocket(listening);
        Assert.True(near.Send(HandoverMessage.Socket, "stream x", listening));
        Assert.True(near.Send(HandoverMessage.Begin, ""));
        Libc.Close(listening);

        Assert.True(other.TryReceive(out HandoverMessage kind, out ReadOnlySpan<byte> payload, out int passed));
        Assert.Equal(HandoverMessage.Socket, kind);
        Assert.True(payload.SequenceEqual("stream x"u8));
        using (TcpClient client = new(IPAddress.Loopback.ToString(), address.Port))
        {
            Assert.True(client.Connected, "the socket listens on as long as somebody has it");
        }

        Assert.Equal(address, SocketAddress.OfSocket(passed));
        Libc.Close(passed);
        Assert.True(other.TryReceive(out kind, out _, out passed));
        Assert.Equal((HandoverMessage.Begin, -1), (kind, passed));
        Assert.False(other.TryReceive(out _, out _, out _));
        Assert.False(other.IsBroken);
        near.Dispose();
        Assert.False(other.TryReceive(out _, out _, out _));
        Assert.True(other.IsBroken);
        Assert.False(other.Send(HandoverMessage.Ready, ""));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(2, 3)]
    public void However_many_workers_there_were_every_socket_is_somebodys_and_everybody_has_one(int before, int after)
    {
        HeldSockets old = new();
        int[][] first = WorkerSockets.Open(_sockets, old, AnyPort, before, out _)!;
        HeldSockets given = new();
        foreach (HeldSocket socket in old.Used)
        {
            given.Give(socket);
        }

        int[][] second = WorkerSockets.Open(_sockets, given, AnyPort, after, out string? fault)!;
        Assert.Null(fault);
        Assert.Equal(after, second.Length);
        Assert.All(second, static own => Assert.NotEmpty(own));
        int[] all = [.. second.SelectMany(static own => own)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Empty(first.SelectMany(static own => own).Except(all));
        Assert.Empty(given.CloseUnasked());
        Assert.Empty(old.Used.Except(given.Used));
        foreach (int descriptor in all)
        {
            Libc.Close(descriptor);
        }
    }

    [Fact]
    public void Workers_share_the_one_queue_of_a_unix_socket_by_descriptors_of_their_own()
    {
        NetAddress address = NetAddress.Unix(Path.Combine(Path.GetTempPath(), $"weft-{Guid.NewGuid():N}.sock"));
        HeldSockets held = new();
        int[][] workers = WorkerSockets.Open(_sockets, held, address, 3, out _)!;
        Assert.Equal(3, workers.SelectMany(static own => own).Distinct().Count());
        Assert.Single(held.Used);
        foreach (int descriptor in workers.SelectMany(static own => own))
        {
            Assert.Equal(0, Libc.Close(descriptor));
        }

        File.Delete(address.Path!);
    }

    [Fact]
    public void A_socket_that_no_option_asks_for_is_closed()
    {
        HeldSockets held = new();
        int listening = _sockets.Listen(AnyPort, reusePort: false, out _);
        NetAddress address = SocketAddress.OfSocket(listening);
        held.Give(new HeldSocket(true, address, listening));
        Assert.Empty(held.TakeAll(isStream: false, address));
        Assert.Single(held.CloseUnasked());
        Assert.Throws<SocketException>(() => new TcpClient(IPAddress.Loopback.ToString(), address.Port));
    }

    [Fact]
    public void A_listener_that_closes_a_shared_socket_hears_of_it_no_more()
    {
        using EventLoop loop = new(new EpollPoller(), TimeProvider.System);
        int listening = _sockets.Listen(AnyPort, reusePort: false, out _);
        int shared = Libc.Fcntl(listening, Libc.FcntlDupCloseOnExec, 0);
        int accepted = 0;
        Listener listener = new(loop, listening, new ConnectionBudget(10), socket =>
        {
            accepted++;
            socket.Abort();
        });
        loop.RunOnce();
        listener.Close();
        using TcpClient client = new(IPAddress.Loopback.ToString(), SocketAddress.OfSocket(shared).Port);
        loop.RunOnce();
        Assert.Equal(0, accepted);
        Libc.Close(shared);
    }

    [Theory]
    [InlineData("/opt/weft/weft-proxy\0relay\0--listen\0x y\0", "/opt/weft/weft-proxy")]
    [InlineData("./weft-proxy\0relay\0--listen\0x y\0", "/home/me/./weft-proxy")]
    [InlineData("weft-proxy\0relay\0--listen\0x y\0", "/usr/bin/weft-proxy")]
    public void A_successor_is_started_as_its_predecessor_was(string commandLine, string program)
    {
        StartCommand command = StartCommand.Resolve(commandLine, "/bin:/usr/bin", "/home/me", static path => path == "/usr/bin/weft-proxy")!;
        Assert.Equal(program, command.Program);
        Assert.Equal(["relay", "--listen", "x y"], command.Arguments.Skip(1));
    }

    [Fact]
    public void A_successor_has_no_use_for_the_one_time_token()
        => Assert.DoesNotContain("--join-token-stdin", StartCommand.Resolve("/p\0run\0--join-token-stdin\0--state\0d\0", "", "/", static _ => true)!.Arguments);
}
