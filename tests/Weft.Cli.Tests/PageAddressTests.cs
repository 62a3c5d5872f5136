using Weft.Cli.Tests.Support;
using Xunit;

namespace Weft.Cli.Tests;

/// <summary>Where the dashboard shows what a command would.</summary>
public sealed class PageAddressTests
{
    [Theory]
    [InlineData("status", "/proxies")]
    [InlineData("stat", "/services")]
    [InlineData("stat svc/cart -n shop", "/services/shop/cart")]
    [InlineData("routes svc/shop/cart", "/services/shop/cart")]
    [InlineData("top", "/services")]
    [InlineData("edges -n shop", "/map?ns=shop")]
    [InlineData("graph --filter error>1%", "/map?q=error%3E1%25")]
    [InlineData("health", "/")]
    [InlineData("logs status>=500", "/logs?filter=status%3E%3D500")]
    [InlineData("tap status>=500", "/live?filter=status%3E%3D500")]
    [InlineData("trace", "/traces")]
    [InlineData("trace abab", "/traces/abab")]
    [InlineData("why web cart POST /buy -n shop", "/why?source=shop%2Fweb&destination=shop%2Fcart&method=POST&path=%2Fbuy")]
    [InlineData("why 5f0c8e3e-0000-7000-8000-000000000002", "/requests/5f0c8e3e-0000-7000-8000-000000000002")]
    [InlineData("get services", "/services")]
    [InlineData("get proxies", "/proxies")]
    [InlineData("get workloads", "/workloads")]
    [InlineData("get commits", "/config/commits")]
    [InlineData("get audit", "/config/audit")]
    [InlineData("get httproutes", "/config")]
    [InlineData("describe httproute cart -n shop", "/config/HTTPRoute/shop/cart")]
    [InlineData("describe commit/12", "/config/commits/12")]
    [InlineData("describe svc/shop/cart", "/services/shop/cart")]
    [InlineData("describe workload/shop/cart-1", "/workloads?filter=cart-1")]
    public async Task A_table_says_where_the_dashboard_shows_it(string commandLine, string path)
    {
        await using var server = SampleMesh.Start();
        var run = await WeftRun.Of(server, [.. commandLine.Split(' '), "--url"]);
        Assert.Equal((0, $"http://127.0.0.1:15012{path}\n"), (run.ExitCode, run.Out));
    }
}
