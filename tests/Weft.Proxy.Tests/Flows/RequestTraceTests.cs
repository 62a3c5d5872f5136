using System.Text;
using Weft.Primitives.Http;
using Weft.Proxy.Engine;
using Weft.Proxy.Flows;
using Weft.Proxy.Tests.Testing;
using Xunit;

namespace Weft.Proxy.Tests.Flows;

public sealed class RequestTraceTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "00f067aa0ba902b7";

    private readonly FlowIds _ids;

    public RequestTraceTests()
    {
        ManualClock clock = new();
        _ids = new FlowIds(new EventLoop(new NullPoller(), clock), clock);
    }

    [Theory]
    [InlineData("traceparent: 00-" + Trace + "-" + Span + "-01", true)]
    [InlineData("traceparent: 00-" + Trace + "-" + Span + "-00", false)]
    [InlineData("traceparent: cc-" + Trace + "-" + Span + "-01-more", true)]
    [InlineData("b3: " + Trace + "-" + Span + "-1", true)]
    [InlineData("b3: " + Trace + "-" + Span + "-d-05e3ac9a4f6e3b90", true)]
    [InlineData("b3: " + Trace + "-" + Span, false)]
    [InlineData("X-B3-TraceId: " + Trace + "|X-B3-SpanId: " + Span + "|X-B3-Sampled: 1", true)]
    [InlineData("x-b3-spanid: " + Span + "|x-b3-traceid: " + Trace, false)]
    [InlineData("b3: 1-2|traceparent: 00-" + Trace + "-" + Span + "-00", false)]
    public void A_trace_context_is_taken_over(string fields, bool sampled)
    {
        RequestTrace trace = Read(fields, trusts: true);
        Assert.True(trace.HasContext);
        Assert.Equal(Trace, trace.TraceId.ToString("x32", null));
        Assert.Equal(Span, trace.ParentSpanId.ToString("x16", null));
        Assert.Equal(sampled, trace.CallerSamples);
    }

    [Theory]
    [InlineData("traceparent: 00-00000000000000000000000000000000-" + Span + "-01")]
    [InlineData("traceparent: 00-" + Trace + "-0000000000000000-01")]
    [InlineData("traceparent: ff-" + Trace + "-" + Span + "-01")]
    [InlineData("traceparent: 00-" + Trace + "-" + Span + "-01-more")]
    [InlineData("traceparent: 00-" + Trace + "x" + Span + "-01")]
    [InlineData("traceparent: 00-4bf92f3577b34da6a3ce929d0e0e47zz-" + Span + "-01")]
    [InlineData("traceparent: ")]
    [InlineData("b3: 0")]
    [InlineData("b3: -")]
    [InlineData("b3: " + Trace + "-00f067aa")]
    [InlineData("x-b3-traceid: " + Trace)]
    public void A_damaged_context_counts_as_none(string fields)
    {
        RequestTrace trace = Read(fields, trusts: true);
        Assert.False(trace.HasContext);
        Assert.NotEqual(UInt128.Zero, trace.TraceId);
    }

    [Fact]
    public void An_id_is_a_new_UUID_of_version_7_that_is_also_the_trace()
    {
        RequestTrace one = Read("", trusts: true);
        RequestTrace two = Read("", trusts: true);
        string text = Encoding.ASCII.GetString(one.Id);
        Assert.True(Guid.TryParseExact(text, "D", out Guid uuid));
        Assert.Equal(7, uuid.Version);
        Assert.Equal(text.Replace("-", "", StringComparison.Ordinal), one.TraceId.ToString("x32", null));
        Assert.NotEqual(one.TraceId, two.TraceId);
    }

    [Theory]
    [InlineData("abc-123", true)]
    [InlineData("", false)]
    [InlineData("with blank", false)]
    [InlineData("caf\u00e9", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public void A_trusted_id_is_taken_over_when_it_is_one(string id, bool taken)
    {
        RequestTrace trace = Read("x-request-id: " + id, trusts: true);
        Assert.Equal(taken, Encoding.Latin1.GetString(trace.Id) == id);
        Assert.Equal(!taken, trace.IsNew);
    }

    [Fact]
    public void An_id_from_outside_is_replaced() => Assert.True(Read("x-request-id: abc", trusts: false).IsNew);

    [Fact]
    public void Both_proxies_make_the_same_trace_of_an_id_and_the_same_span_of_a_hop()
    {
        Assert.Equal(RequestTrace.TraceOf("order-7"u8), RequestTrace.TraceOf("order-7"u8));
        Assert.NotEqual(RequestTrace.TraceOf("order-7"u8), RequestTrace.TraceOf("order-8"u8));
        Assert.Equal(Trace, RequestTrace.TraceOf(Encoding.ASCII.GetBytes(Trace)).ToString("x32", null));
        ulong hop = RequestTrace.SpanOfHop(7, 1, "shop/web", "shop/cart");
        Assert.Equal(hop, RequestTrace.SpanOfHop(7, 1, "shop/web", "shop/cart"));
        Assert.Equal(5, new[] { hop, RequestTrace.SpanOfHop(8, 1, "shop/web", "shop/cart"), RequestTrace.SpanOfHop(7, 2, "shop/web", "shop/cart"), RequestTrace.SpanOfHop(7, 1, "shop/cart", "shop/web"), RequestTrace.SpanOfHop(7, 1, "shop/we", "bshop/cart") }.Distinct().Count());
    }

    private RequestTrace Read(string fields, bool trusts)
    {
        MessageHead head = new();
        foreach (string field in fields.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = field.IndexOf(": ", StringComparison.Ordinal);
            head.AddField(Encoding.Latin1.GetBytes(field[..colon]), Encoding.Latin1.GetBytes(field[(colon + 2)..]));
        }

        RequestTrace trace = default;
        trace.Begin(head, trusts, _ids);
        return trace;
    }
}
