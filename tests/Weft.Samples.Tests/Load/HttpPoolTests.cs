using Weft.Load.Http;
using Weft.Load.Measuring;
using Xunit;

namespace Weft.Samples.Tests.Load;

public sealed class HttpPoolTests
{
    private const string End = "\r\n\r\n";
    private const string Short = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_used_again()
    {
        await using ScriptedServer server = new(End, [[Short], [Short]]);
        using HttpPool pool = new(server.Url, 1);
        HttpCall call = HttpCall.Get(server.Url, bodyBytes: 2);
        Assert.Equal(Outcome.Ok, await pool.RunAsync(call, Limit));
        Assert.Equal(Outcome.Ok, await pool.RunAsync(call, Limit));
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task Chunks_trailers_and_interim_answers_in_any_pieces_are_read()
    {
        string[] pieces =
        [
            "HTTP/1.1 100 Continue\r\n\r\nHTT", "P/1.1 200 OK\r\nTransfer-Encoding: chun", "ked\r\nX-Version: v2\r\n\r\n5;name=value\r", "\nhel", "lo\r\n1\r\n!\r\n0\r\n", "Sum: 1\r\n\r\n",
        ];
        await using ScriptedServer server = new(End, [pieces, [Short]]);
        using HttpPool pool = new(server.Url, 1);
        Outcome outcome = await pool.RunAsync(HttpCall.Get(server.Url, bodyBytes: 6), Limit);
        Assert.Equal(new Outcome(null, "v2"), outcome);
        Assert.Equal(Outcome.Ok, await pool.RunAsync(HttpCall.Get(server.Url, bodyBytes: 2), Limit));
        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "status-503")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "cut")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok", "cut")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n", "malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n", "malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", "malformed")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nok", "malformed")]
    [InlineData("SSH-2.0-server\r\n\r\n", "malformed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore", "body")]
    [InlineData("", "closed")]
    public async Task What_is_not_the_right_answer_is_named(string answer, string reason)
    {
        await using ScriptedServer server = new(End, [[answer]]);
        using HttpPool pool = new(server.Url, 1);
        Assert.Equal(reason, (await pool.RunAsync(HttpCall.Get(server.Url, bodyBytes: 2), Limit)).Failure);
    }

    [Fact]
    public async Task A_get_on_a_reused_connection_that_was_closed_is_sent_once_more_and_says_so()
    {
        // The second request arrives, and the connection is closed without a byte.
        await using ScriptedServer server = new(End, [[Short], [""]], [[Short]]);
        using HttpPool pool = new(server.Url, 1);
        HttpCall call = HttpCall.Get(server.Url);
        Assert.False((await pool.RunAsync(call, Limit)).Retried);
        Assert.Equal(new Outcome(null, null, Retried: true), await pool.RunAsync(call, Limit));
    }

    [Fact]
    public async Task A_post_is_never_sent_twice()
    {
        await using ScriptedServer server = new(End, [[Short], [""]], [[Short]]);
        using HttpPool pool = new(server.Url, 1);
        HttpCall call = HttpCall.Post(server.Url);
        Assert.Null((await pool.RunAsync(call, Limit)).Failure);
        Assert.Equal("closed", (await pool.RunAsync(call, Limit)).Failure);
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task A_server_that_announces_the_end_gets_a_new_connection()
    {
        const string last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        await using ScriptedServer server = new(End, [[last]], [[Short]]);
        using HttpPool pool = new(server.Url, 1);
        HttpCall call = HttpCall.Get(server.Url);
        Assert.Equal(Outcome.Ok, await pool.RunAsync(call, Limit));
        Assert.Equal(Outcome.Ok, await pool.RunAsync(call, Limit));
        Assert.Equal(2, server.Accepted);
    }
}
