using System.Net;
using System.Text;
using Weft.ControlPlane.Prometheus;
using Weft.ControlPlane.Traffic;
using Xunit;

namespace Weft.ControlPlane.Tests.Prometheus;

public sealed class PrometheusClientTests
{
    private const string Empty = """{"status":"success","data":{"resultType":"vector","result":[]}}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Questions_go_below_the_path_of_the_address_with_time_and_limit()
    {
        List<(string, string)> asked = [];
        using Answering handler = new(async request =>
        {
            asked.Add((request.RequestUri!.ToString(), await request.Content!.ReadAsStringAsync(Stop)));
            return Body(HttpStatusCode.OK, Empty);
        });
        using PrometheusClient client = new(new Uri("http://prom.example:9090/team/"), handler);
        await client.AskAsync("up", 7, [], Ignore, Stop);
        await client.AskRangeAsync("up", new TimeSpanOfSeconds(1, 9), 2, [], Ignore, Stop);
        Assert.Equal(
            [
                ("http://prom.example:9090/team/api/v1/query", "query=up&time=7&timeout=10s"),
                ("http://prom.example:9090/team/api/v1/query_range", "query=up&start=1&end=9&step=2&timeout=10s"),
            ],
            asked);
        Assert.Equal("http://prom.example:9090/team", client.Place);
    }

    [Theory]
    [InlineData(401, "no credentials")]
    [InlineData(302, "--query-source")]
    [InlineData(404, "--query-source")]
    [InlineData(422, "shorter window")]
    [InlineData(500, "log of Prometheus")]
    public async Task A_refusal_says_status_reason_address_and_fix(int status, string fix)
    {
        FigureSourceException fault = await FaultAsync(_ => Task.FromResult(Body((HttpStatusCode)status, """{"status":"error","error":"that is why"}""")));
        Assert.Contains($"http://127.0.0.1:9090 refused the question with status {status} (that is why)", fault.Message, StringComparison.Ordinal);
        Assert.Contains(fix, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_says_so()
    {
        using PrometheusClient client = new(new Uri("http://127.0.0.1:9"));
        FigureSourceException fault = await Assert.ThrowsAsync<FigureSourceException>(() => client.AskAsync("up", 7, [], Ignore, Stop));
        Assert.Contains("Prometheus at http://127.0.0.1:9 cannot be reached: Connection refused; start it, or correct --query-source", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_without_end_is_cut_off(bool hasLength)
    {
        FigureSourceException fault = await FaultAsync(_ =>
        {
            HttpResponseMessage answer = new(HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream()) };
            answer.Content.Headers.ContentLength = hasLength ? long.MaxValue : null;
            return Task.FromResult(answer);
        });
        Assert.Contains("larger than 32 MiB", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_something_else_is_no_answer()
    {
        FigureSourceException fault = await FaultAsync(_ => Task.FromResult(Body(HttpStatusCode.OK, "<html>")));
        Assert.Contains("http://127.0.0.1:9090 cannot be used", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_may_leave_and_only_a_few_ask_at_once()
    {
        int asking = 0;
        using CancellationTokenSource leave = new();
        using Answering handler = new(async request =>
        {
            Interlocked.Increment(ref asking);
            await Task.Delay(Timeout.Infinite, leave.Token);
            return Body(HttpStatusCode.OK, Empty);
        });
        using PrometheusClient client = new(new Uri("http://127.0.0.1:9090"), handler);
        Task[] all = [.. Enumerable.Range(0, 20).Select(_ => client.AskAsync("up", 7, [], Ignore, leave.Token))];
        Assert.Equal(PrometheusLimits.AtOnceMax, Volatile.Read(ref asking));
        await leave.CancelAsync();
        foreach (Task one in all)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }
    }

    private static async Task<FigureSourceException> FaultAsync(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer)
    {
        using Answering handler = new(answer);
        using PrometheusClient client = new(new Uri("http://127.0.0.1:9090"), handler);
        return await Assert.ThrowsAsync<FigureSourceException>(() => client.AskAsync("up", 7, [], Ignore, Stop));
    }

    private static HttpResponseMessage Body(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static void Ignore(ReadOnlySpan<string> values, long second, double value)
    {
    }

    private sealed class Answering(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
