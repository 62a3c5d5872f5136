using Weft.Contracts.Flow;
using Weft.Contracts.Session;
using Xunit;

namespace Weft.Contracts.Tests.Flow;

public sealed class FilterTests
{
    private static readonly FlowRecord s_record = new()
    {
        RequestId = "req-7",
        TraceId = Convert.FromHexString("4bf92f3577b34da6a3ce929d0e0e4736"),
        Direction = Direction.Outbound,
        Protocol = "http2",
        Method = "GET",
        Host = "cart.shop",
        Path = "/api/v1/items?x=***",
        Template = "/api/v1/items",
        Status = 503,
        GrpcStatus = -1,
        Reason = "CONNECT_FAILED",
        Flags = "UF,URX",
        BytesSent = 100,
        BytesReceived = 1_000,
        Timing = new Timing { TotalUs = 250_000, ClientRttUs = 40_000 },
        Tls = new Tls { Mutual = true, Version = "1.3" },
        Source = new Party { Service = "shop/web", Workload = "shop/web-1" },
        Destination = new Party { Service = "shop/cart", Version = "v2" },
        Route = "canary",
        Attempts = { new Attempt { Endpoint = "10.0.0.1:80" }, new Attempt { Endpoint = "10.0.0.2:80" } },
    };

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("status>=500 && path.startsWith(\"/api\")")]
    [InlineData("status = 503 and not (method == POST or method == PUT)")]
    [InlineData("status in (500, 502, 503)")]
    [InlineData("method in (GET, HEAD)")]
    [InlineData("source == web && destination == shop/cart && source.namespace == shop && namespace == shop")]
    [InlineData("source != other/web")]
    [InlineData("latency > 200ms && latency < 1s && latency >= 250ms && client_rtt == 40ms")]
    [InlineData("bytes > 1KB && bytes > 1KiB && bytes < 1MB && bytes == 1100")]
    [InlineData("mtls && tls == 1.3 && mtls == true && !(mtls == false)")]
    [InlineData("path =~ /api/*/items* && path =~ \"*x=***\" && host =~ cart.*")]
    [InlineData("trace_id == 4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("flags.has(\"UF\") && flags.has(URX) && !flags.has(U) && flags == UF")]
    [InlineData("has(route) && !has(backend) && has(status) && has(trace_id)")]
    [InlineData("version == v2 && direction == outbound && request_id == 'req-7' && attempts > 1")]
    [InlineData("reason.endsWith(FAILED) && host.contains(\"rt.sh\")")]
    [InlineData("grpc_status == 3 || endpoint == 10.0.0.2:80")]
    public void Matches(string text) => Assert.True(Parse(text).Matches(s_record), text);

    [Theory]
    [InlineData("status<500")]
    [InlineData("!mtls")]
    [InlineData("path =~ /api")]
    [InlineData("path =~ \"/ap?i*\"")]
    [InlineData("path =~ */items")]
    [InlineData("source == shop/webx")]
    [InlineData("method == get")]
    public void Does_not_match(string text) => Assert.False(Parse(text).Matches(s_record), text);

    [Theory]
    [InlineData("statsu>=500", 1, "there is no field \"statsu\"", "status")]
    [InlineData("status >= 500 && lateny > 1s", 18, "there is no field", "latency")]
    [InlineData("source_namespace == a", 1, "there is no field", "source.namespace")]
    [InlineData("latency > 200", 11, "latency is compared with a time such as 200ms", null)]
    [InlineData("status == ok", 11, "status is compared with a number, not \"ok\"", null)]
    [InlineData("status", 7, "status must be compared", null)]
    [InlineData("path > /a", 6, "path has no order", null)]
    [InlineData("status =~ 5*", 8, "status is no text for a pattern", null)]
    [InlineData("path.beginsWith(x)", 6, "\"beginsWith\" is no function", null)]
    [InlineData("status.contains(5)", 1, "status is compared with a number and has no contains", null)]
    [InlineData("(status == 1", 13, "expected ), not the end", null)]
    [InlineData("status == 1)", 12, "\")\" does not follow; expected && or ||", null)]
    [InlineData("status == 1 status == 2", 13, "does not follow", null)]
    [InlineData("path == \"open", 9, "the quote is not closed", null)]
    [InlineData("path == #", 9, "'#' has no meaning here", null)]
    [InlineData("&& status == 1", 1, "expected the name of a field", null)]
    [InlineData("status in 5", 11, "expected (, not \"5\"", null)]
    [InlineData("status in ()", 12, "status is compared with a number", null)]
    [InlineData("trace_id == xyz", 13, "hexadecimal digits", null)]
    public void Errors_say_where_what_and_the_nearest_name(string text, int column, string message, string? near)
    {
        Assert.False(Filter.TryParse(text, out _, out FilterError? error));
        Assert.Equal(column, error.Column);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(near, error.Near);
    }

    [Fact]
    public void Filters_are_bounded_in_length_depth_and_number_of_comparisons()
    {
        Assert.False(Filter.TryParse(new string(' ', Filter.LengthMax + 1), out _, out _));
        Assert.False(Filter.TryParse(new string('(', 4_000), out _, out FilterError? deep));
        Assert.Contains("nested deeper", deep.Message, StringComparison.Ordinal);
        Assert.False(Filter.TryParse(new string('!', 4_000), out _, out deep));
        Assert.Contains("nested deeper", deep.Message, StringComparison.Ordinal);
        Assert.False(Filter.TryParse("status in (" + string.Join(',', Enumerable.Repeat("1", 1_000)) + ")", out _, out FilterError? many));
        Assert.Contains("more than", many.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aggregates_have_the_same_grammar_over_their_own_fields()
    {
        Assert.True(Filter.TryParse("rps>10 and error>1% and !mtls", FilterSchema.Aggregates, out Filter? filter, out FilterError? error), error?.ToString());
        Assert.True(filter.Matches(new Edge(Rps: 11, Error: 0.011, MutualTls: 0.99)));
        Assert.False(filter.Matches(new Edge(Rps: 11, Error: 0.01, MutualTls: 0.99)));
        Assert.False(filter.Matches(new Edge(Rps: 11, Error: 0.011, MutualTls: 1)));
        Assert.False(filter.Matches(new Edge(Rps: 11, Error: double.NaN, MutualTls: 0)));
        Assert.True(Filter.TryParse("p99 >= 200ms && new", FilterSchema.Aggregates, out Filter? slow, out _));
        Assert.False(slow.Matches(new Edge(Rps: 1, Error: 0, MutualTls: 0)));
    }

    [Fact]
    public void Matching_allocates_nothing()
    {
        Filter filter = Parse("status>=500 && path.startsWith(\"/api\") && source == web && path =~ *items* && latency > 1ms && flags.has(UF) && trace_id != 00 && status in (1, 503)");
        Assert.True(filter.Matches(s_record));
        for (int i = 0; i < 2_000; i++)
        {
            filter.Matches(s_record);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            filter.Matches(s_record);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500);
    }

    private static Filter Parse(string text)
    {
        Assert.True(Filter.TryParse(text, out Filter? filter, out FilterError? error), error?.ToString());
        return filter;
    }

    private readonly record struct Edge(double Rps, double Error, double MutualTls) : IFilterSubject
    {
        public FlowText Text(int field) => default;

        public double Number(int field) => (AggregateKey)field switch
        {
            AggregateKey.Rps => Rps,
            AggregateKey.Error => Error,
            AggregateKey.MutualTls => MutualTls,
            _ => double.NaN,
        };
    }
}
