using System.Text;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Flows.Otlp;
using Weft.Proxy.Paths;
using Weft.Proxy.Protocols;
using Weft.Proxy.Tests.Testing;
using Weft.Proxy.Upstreams;
using Weft.Routing;
using Xunit;

namespace Weft.Proxy.Tests.Otlp;

/// <summary>Requests to a collector over memory: what is in their heads, and how long they may take.</summary>
public sealed class OtlpCollectorTests
{
    private const string Secret = "Bearer k3y-of-the-backend";

    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly MemoryDialer _dialer;

    public OtlpCollectorTests()
    {
        _loop = new EventLoop(new NullPoller(), _clock);
        _dialer = new MemoryDialer(_loop);
    }

    [Fact]
    public void A_request_of_HTTP_has_the_base_path_the_host_and_the_headers_of_the_options()
    {
        IOtlpCollector collector = Open(_dialer, "--otlp", "http://otel/otlp/", "--otlp-header", "X-Scope-OrgID=shop", "--otlp-header", $"Authorization={Secret}");
        Task<string?> sent = Send(collector, OtlpSignal.Logs);
        MemoryTransport server = _dialer.Accept();
        string request = Receive(server);
        Assert.StartsWith("POST /otlp/v1/logs HTTP/1.1\r\nHost: otel\r\n", request, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nx-scope-orgid: shop\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"\r\nauthorization: {Secret}\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nitem", request, StringComparison.Ordinal);
        server.TrySend("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8);
        Settle();
        Assert.Null(Result(sent));
    }

    [Fact]
    public void A_call_of_gRPC_has_the_headers_of_the_options_and_a_refusal_does_not_repeat_them()
    {
        List<string> heads = [];
        _dialer.OnAccept = there => _ = new Http2Connection(there, ConnectionLimits.Default, isServer: true).RunAsync(new ScriptedHandler(async exchange =>
        {
            heads.Add($"{Encoding.ASCII.GetString(exchange.Head[exchange.Head.Authority])}{Encoding.ASCII.GetString(exchange.Head[exchange.Head.Path])} {ScriptedHandler.Field(exchange.Head, "authorization")}");
            await ScriptedHandler.ReadAsync(exchange);
            ScriptedHandler.WriteHead(exchange, 200, ("content-type", "application/grpc"), ("grpc-status", "16"), ("grpc-message", $"unknown: {Secret}"));
            exchange.WriteEnd(null);
        }));
        IOtlpCollector collector = Open(_dialer, "--otlp", "grpc://otel:4317", "--otlp-header", $"authorization={Secret}");
        Task<string?> sent = Send(collector, OtlpSignal.Traces);
        Assert.Equal([$"otel:4317/opentelemetry.proto.collector.trace.v1.TraceService/Export {Secret}"], heads);
        Assert.Equal("status 16: unknown: *** ***", Result(sent));
    }

    [Theory]
    [InlineData("grpc://otel:4317")]
    [InlineData("http://otel:4318")]
    public void A_dial_that_does_not_end_counts_as_no_answer_and_no_second_one_is_made(string url)
    {
        HeldDialer held = new(_loop);
        IOtlpCollector collector = Open(held, "--otlp", url);
        for (int request = 0; request < 3; request++)
        {
            Task<string?> sent = Send(collector, OtlpSignal.Traces);
            Advance(OtlpCollectors.AnswerMs - 1);
            Assert.False(sent.IsCompleted);
            Advance(50);
            Assert.Equal($"no connection to {url[7..]} within 10 s", Result(sent));
        }

        Assert.Equal(1, held.Dials);
    }

    [Fact]
    public void Requests_that_wait_for_the_dial_of_another_are_given_up_in_their_own_time()
    {
        HeldDialer held = new(_loop);
        IOtlpCollector collector = Open(held, "--otlp", "grpc://otel:4317");
        Task<string?> first = Send(collector, OtlpSignal.Traces);
        Advance(5_000);
        Task<string?> second = Send(collector, OtlpSignal.Metrics);
        Advance(5_050);
        Assert.True(first.IsCompleted);
        Assert.False(second.IsCompleted);
        Advance(5_000);
        Assert.NotNull(Result(second));
        Assert.Equal(1, held.Dials);
    }

    [Fact]
    public void A_connection_that_comes_too_late_is_for_the_next_request()
    {
        HeldDialer held = new(_loop);
        IOtlpCollector collector = Open(held, "--otlp", "http://otel:4318");
        Task<string?> late = Send(collector, OtlpSignal.Traces);
        Advance(OtlpCollectors.AnswerMs + 50);
        Assert.NotNull(Result(late));
        Task<string?> next = Send(collector, OtlpSignal.Traces);
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(_loop);
        held.End(here, EndReason.Ok);
        Settle();
        Assert.StartsWith("POST /v1/traces HTTP/1.1\r\n", Receive(there), StringComparison.Ordinal);
        there.TrySend("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8);
        Settle();
        Assert.Null(Result(next));
        Assert.Equal(1, held.Dials);
    }

    [Theory]
    [InlineData("grpc://otel:4317")]
    [InlineData("http://otel:4318")]
    public void A_connection_that_nobody_waits_for_any_more_gets_no_request(string url)
    {
        HeldDialer held = new(_loop);
        IOtlpCollector collector = Open(held, "--otlp", url);
        Task<string?> late = Send(collector, OtlpSignal.Traces);
        Advance(OtlpCollectors.AnswerMs + 50);
        Assert.NotNull(Result(late));
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(_loop);
        held.End(here, EndReason.Ok);
        Settle();
        Assert.DoesNotContain("otel", Receive(there), StringComparison.Ordinal);
        Task<string?> next = Send(collector, OtlpSignal.Traces);
        Assert.Equal(url.StartsWith("grpc", StringComparison.Ordinal) ? 1 : 2, held.Dials);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public void What_is_left_of_the_time_is_for_the_answer()
    {
        HeldDialer held = new(_loop);
        IOtlpCollector collector = Open(held, "--otlp", "http://otel:4318");
        Task<string?> sent = Send(collector, OtlpSignal.Traces);
        Advance(9_000);
        (MemoryTransport here, MemoryTransport there) = MemoryTransport.Pair(_loop);
        held.End(here, EndReason.Ok);
        Settle();
        Assert.NotEmpty(Receive(there));
        Advance(900);
        Assert.False(sent.IsCompleted);
        Advance(150);
        Assert.Equal("no answer within 10 s", Result(sent));
        Assert.True(here.IsClosed);
    }

    [Fact]
    public void Why_TLS_failed_is_told_with_that_refusal_and_with_no_other()
    {
        HeldDialer held = new(_loop) { Words = "TLS to otel:4318: certificate verify failed" };
        IOtlpCollector collector = Open(held, "--otlp", "http://otel:4318");
        Task<string?> refused = Send(collector, OtlpSignal.Traces);
        held.End(null, EndReason.UpstreamTlsFailed);
        Settle();
        Assert.Equal("no connection to otel:4318 (UPSTREAM_TLS_FAILED): TLS to otel:4318: certificate verify failed", Result(refused));
        Task<string?> absent = Send(collector, OtlpSignal.Traces);
        held.End(null, EndReason.ConnectFailed);
        Settle();
        Assert.Equal("no connection to otel:4318 (CONNECT_FAILED)", Result(absent));
    }

    [Theory]
    [InlineData("grpc://otel:4317")]
    [InlineData("http://otel:4318")]
    public void A_connection_on_which_nothing_comes_is_given_up_with_the_request(string url)
    {
        IOtlpCollector collector = Open(_dialer, "--otlp", url);
        Task<string?> sent = Send(collector, OtlpSignal.Traces);
        MemoryTransport vanished = _dialer.Accept();
        Advance(OtlpCollectors.AnswerMs - 100);
        Assert.False(vanished.IsClosed || sent.IsCompleted);
        Advance(150);
        Assert.Equal("no answer within 10 s", Result(sent));
        Task<string?> next = Send(collector, OtlpSignal.Traces);
        Assert.Equal(2, _dialer.Dials);
        Assert.NotEmpty(Receive(_dialer.Accept()));
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public void A_collector_that_is_only_slow_with_one_kind_keeps_its_connection()
    {
        _dialer.OnAccept = there => _ = new Http2Connection(there, ConnectionLimits.Default, isServer: true).RunAsync(new ScriptedHandler(async exchange =>
        {
            bool isSlow = Encoding.ASCII.GetString(exchange.Head[exchange.Head.Path]).Contains("trace", StringComparison.Ordinal);
            await ScriptedHandler.ReadAsync(exchange);
            if (!isSlow)
            {
                ScriptedHandler.WriteHead(exchange, 200, ("content-type", "application/grpc"), ("grpc-status", "0"));
                exchange.WriteEnd(null);
            }
            else
            {
                await new LoopDelay(_loop).Wait(1_000_000);
            }
        }));
        IOtlpCollector collector = Open(_dialer, "--otlp", "grpc://otel:4317");
        Task<string?> slow = Send(collector, OtlpSignal.Traces);
        Advance(9_000);
        Assert.Null(Result(Send(collector, OtlpSignal.Metrics)));
        Advance(1_050);
        Assert.Equal("no answer within 10 s", Result(slow));
        Assert.Null(Result(Send(collector, OtlpSignal.Metrics)));
        Assert.Equal(1, _dialer.Dials);
    }

    [Fact]
    public void A_collector_that_cannot_be_reached_is_dialled_ever_more_rarely()
    {
        IOtlpCollector collector = Open(_dialer, "--otlp", "http://otel:4318");
        _dialer.Refuses = EndReason.UpstreamTlsFailed;
        foreach (int restMs in (int[])[1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
        {
            Assert.True(collector.Tend());
            Assert.NotNull(Result(Send(collector, OtlpSignal.Traces)));
            Assert.NotNull(Result(Send(collector, OtlpSignal.Metrics)));
            Advance(restMs - 10);
            Assert.False(collector.Tend());
            Advance(10);
        }

        _dialer.Refuses = null;
        Task<string?> sent = Send(collector, OtlpSignal.Traces);
        _dialer.Accept().TrySend("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8);
        Settle();
        Assert.Null(Result(sent));
        Assert.True(collector.Tend());
    }

    [Fact]
    public void A_header_that_has_changed_in_its_file_goes_with_the_next_request()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "old-key\n");
            IOtlpCollector collector = Open(_dialer, "--otlp", "http://otel:4318", "--otlp-header", $"authorization=@{file}");
            MemoryTransport server = Ask("old-key");
            File.WriteAllText(file, "new-key\n");
            TendFor(3_000);
            AskOn(server, "new-key");

            MemoryTransport Ask(string key)
            {
                Task<string?> sent = Send(collector, OtlpSignal.Logs);
                MemoryTransport there = _dialer.Accept();
                Answer(there, sent, key);
                return there;
            }

            void AskOn(MemoryTransport there, string key) => Answer(there, Send(collector, OtlpSignal.Logs), key);

            void Answer(MemoryTransport there, Task<string?> sent, string key)
            {
                Assert.Contains($"\r\nauthorization: {key}\r\n", Receive(there), StringComparison.Ordinal);
                there.TrySend("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8);
                Settle();
                Assert.Null(Result(sent));
            }

            void TendFor(int ms)
            {
                for (int at = 0; at < ms; at += 100)
                {
                    Advance(100);
                    collector.Tend();
                }
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private IOtlpCollector Open(IDialer dialer, params string[] options)
    {
        FlowOptions flows = FlowOptions.None;
        for (int i = 0; i < options.Length; i += 2)
        {
            flows = flows.With(options[i], options[i + 1]);
        }

        OtlpOptions otlp = flows.Otlp!;
        OtlpSecrets secrets = new(_loop, otlp);
        OtlpLink link = new(
            otlp,
            _loop,
            told =>
            {
                if (dialer is HeldDialer held)
                {
                    held.Told = told;
                }

                return dialer;
            },
            secrets);
        return otlp.Protocol == OtlpProtocol.Grpc ? new GrpcCollector(_loop, link, otlp, secrets) : new HttpCollector(_loop, link, otlp, secrets);
    }

    private Task<string?> Send(IOtlpCollector collector, OtlpSignal signal)
    {
        Task<string?> sent = collector.SendAsync(signal, [.. "item"u8]).AsTask();
        Settle();
        return sent;
    }

    /// <summary>Of a task that has ended: nothing here waits.</summary>
    private static string? Result(Task<string?> sent)
    {
        Assert.True(sent.IsCompletedSuccessfully);
        return sent.GetAwaiter().GetResult();
    }

    private static string Receive(MemoryTransport from)
    {
        byte[] buffer = new byte[16 * 1024];
        int received = from.TryReceive(buffer);
        return Encoding.Latin1.GetString(buffer, 0, Math.Max(0, received));
    }

    private void Advance(long ms)
    {
        _clock.AdvanceMs(ms);
        Settle();
    }

    private void Settle()
    {
        for (int turn = 0; turn < 10_000 && _loop.RunOnce(); turn++)
        {
        }
    }

    /// <summary>Dials that end when the test says so.</summary>
    private sealed class HeldDialer(EventLoop loop) : IDialer
    {
        private readonly Signal _ended = new(loop);
        private (Transport? Transport, EndReason Reason) _result;

        public int Dials { get; private set; }

        public string? Words { get; init; }

        public Action<string>? Told { get; set; }

        public async ValueTask<(Transport? Transport, EndReason Reason)> DialAsync(UpstreamSettings settings, Arrival? arrival)
        {
            Dials++;
            await _ended;
            return _result;
        }

        public void End(Transport? transport, EndReason reason)
        {
            if (reason == EndReason.UpstreamTlsFailed)
            {
                Told!(Words!);
            }

            _result = (transport, reason);
            _ended.Set();
        }
    }
}
