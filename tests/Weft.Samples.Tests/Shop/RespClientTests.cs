using Weft.Shop.Redis;
using Xunit;

namespace Weft.Samples.Tests.Shop;

public sealed class RespClientTests
{
    private const string Ping = "PING\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_reply_is_read_in_any_pieces()
    {
        string[][] answers = [["+PO", "NG\r\n"], [":-4", "2\r\n"], ["$5\r\nhe", "llo\r", "\n"], ["$-1\r\n"], ["*2\r\n$1\r\na\r\n", ":7\r\n"]];
        await using ScriptedServer server = new(Ping, answers);
        using RespClient client = new("127.0.0.1", server.Port);
        Assert.Equal("PONG", (await client.CallAsync(Stop, "PING")).Text);
        Assert.Equal(-42, (await client.CallAsync(Stop, "PING")).Number);
        Assert.Equal("hello", (await client.CallAsync(Stop, "PING")).Text);
        Assert.Null((await client.CallAsync(Stop, "PING")).Text);
        Assert.Equal(["a", "7"], (await client.CallAsync(Stop, "PING")).List!);
        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData("-ERR unknown command\r\n", "Redis answered: ERR unknown command")]
    [InlineData("?what\r\n", "Redis sent a reply of unknown type '?'")]
    [InlineData("$99999999\r\n", "Redis sent a value of 99999999 bytes; at most 1048576 are expected")]
    [InlineData("*x\r\n", "Redis sent \"*x\" where a number belongs")]
    [InlineData("$5\r\nhel", "Redis closed the connection")]
    [InlineData("\r\n", "Redis sent an empty line")]
    public async Task What_is_no_reply_is_refused(string answer, string message)
    {
        await using ScriptedServer server = new(Ping, [[answer]]);
        using RespClient client = new("127.0.0.1", server.Port);
        RespException failure = await Assert.ThrowsAsync<RespException>(() => client.CallAsync(Stop, "PING"));
        Assert.Equal(message, failure.Message);
    }

    [Fact]
    public async Task After_a_failure_the_next_call_has_a_connection_of_its_own()
    {
        await using ScriptedServer server = new(Ping, [["-ERR\r\n"], ["+never\r\n"]], [["+PONG\r\n"]]);
        using RespClient client = new("127.0.0.1", server.Port);
        await Assert.ThrowsAsync<RespException>(() => client.CallAsync(Stop, "PING"));
        Assert.Equal("PONG", (await client.CallAsync(Stop, "PING")).Text);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData(":6379")]
    [InlineData("redis:-1")]
    [InlineData("redis:65536")]
    public void An_address_without_host_or_port_is_refused(string address)
        => Assert.Throws<ArgumentException>(() => RespClient.Parse(address));
}
