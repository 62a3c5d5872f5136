using CsCheck;
using Weft.Contracts.Session;
using Weft.ControlPlane.Prometheus;
using Weft.ControlPlane.Traffic;
using Xunit;

namespace Weft.ControlPlane.Tests.Prometheus;

public sealed class PromQlTests
{
    [Fact]
    public void Growth_is_the_last_value_less_the_first_and_knows_beginnings_and_restarts()
    {
        const string C = "weft_requests_total{direction=\"inbound\"}";
        Assert.Equal(
            "sum by (destination) ("
            + $"(increase({C}[60s]) and resets({C}[60s]) > 0)"
            + $" or (last_over_time({C}[60s]) - ({C} offset 60s) >= 0)"
            + $" or (last_over_time({C}[60s]) and on (job, instance) (weft_build_info offset 60s or last_over_time(process_start_time_seconds[60s]) >= time() - 120))"
            + $" or (last_over_time({C}[60s]) - min_over_time({C}[60s])))",
            PromQl.Growth(MetricNames.Requests, Traffic(SeriesFamily.Service, Side.Server), 60, ["destination"]));
    }

    [Fact]
    public void The_callers_side_counts_what_callers_without_a_proxy_send_at_the_callee()
    {
        string requests = PromQl.Growth(MetricNames.Requests, Traffic(SeriesFamily.Mesh, Side.Client), 10, []);
        Assert.StartsWith("sum(", requests, StringComparison.Ordinal);
        Assert.Contains("weft_requests_total{direction=\"outbound\"}", requests, StringComparison.Ordinal);
        Assert.Contains("weft_requests_total{direction=\"inbound\",source=\"\",mtls=\"false\"}", requests, StringComparison.Ordinal);
        Assert.Contains("weft_sent_bytes_total{direction=\"inbound\",source=\"\"}", PromQl.Growth(MetricNames.SentBytes, Traffic(SeriesFamily.Mesh, Side.Client), 10, []), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop/web", "{direction=\"outbound\",destination=\"shop/cart\",source=\"shop/web\"}", false)]
    [InlineData("(unmeshed)", "{direction=\"inbound\",mtls=\"false\",destination=\"shop/cart\",source=\"\"}", true)]
    public void An_edge_is_chosen_by_its_two_services(string source, string selector, bool isInbound)
    {
        SeriesChoice choice = new() { Subject = "shop/cart", Source = source };
        string query = PromQl.Growth(MetricNames.Requests, new PromTraffic(SeriesFamily.Edge, Side.Client, choice), 10, []);
        Assert.Contains(selector, query, StringComparison.Ordinal);
        Assert.Equal(isInbound, query.Contains("inbound", StringComparison.Ordinal));
    }

    [Fact]
    public void A_namespace_is_a_pattern_without_meaning_of_its_own_and_a_route_has_its_label()
    {
        string ns = PromQl.Growth(MetricNames.Requests, new PromTraffic(SeriesFamily.Service, Side.Server, new SeriesChoice { Namespace = "a.*" }), 10, []);
        Assert.Contains("destination=~\"a\\\\.\\\\*/.+\"", ns, StringComparison.Ordinal);
        string route = PromQl.Growth(MetricNames.Requests, new PromTraffic(SeriesFamily.Route, Side.Server, new SeriesChoice { Subject = "shop/cart", Detail = "canary" }), 10, []);
        Assert.Contains("destination=\"shop/cart\",route=\"canary\"", route, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workload_is_joined_by_the_page_that_its_figures_come_from()
    {
        PromTraffic traffic = new(SeriesFamily.Workload, Side.Server, new SeriesChoice { Subject = "shop/cart-1" });
        Assert.EndsWith(
            " * on (job, instance) group_left (workload, version, zone) topk by (job, instance) (1, max by (job, instance, workload, version, zone) "
            + "(last_over_time(weft_workload_info{workload=\"shop/cart-1\"}[30s]))))",
            PromQl.Growth(MetricNames.Requests, traffic, 30, PromLabels.Of(SeriesFamily.Workload)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_ends_the_string_that_it_stands_in()
    {
        Gen.String.Sample(text =>
        {
            string escaped = PromQl.Escape(text);
            bool isEscaped = false;
            foreach (char c in escaped)
            {
                Assert.False(char.IsControl(c));
                Assert.False(c == '"' && !isEscaped);
                isEscaped = c == '\\' && !isEscaped;
            }

            Assert.False(isEscaped);
        });
        Assert.Equal("destination=\"a\\\"} or vector(1) #\\\\\\u000a\"", PromQl.Equal("destination", "a\"} or vector(1) #\\\n"));
    }

    private static PromTraffic Traffic(SeriesFamily family, Side side) => new(family, side, new SeriesChoice());
}
