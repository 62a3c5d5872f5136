using System.Net;
using Weft.Contracts.Api;
using Weft.ControlPlane.Api;
using Xunit;

namespace Weft.ControlPlane.Tests.Api;

public sealed class MeshApiTests
{
    [Fact]
    public async Task Reads_come_from_the_rooms_behind()
    {
        await using TestApi api = await TestApi.StartAsync();
        Assert.Equal(7, (await api.GetAsync("/v1/status", ApiJson.Default.MeshStatus)).Commit);
        Assert.Equal("cart", Assert.Single(await api.GetAsync("/v1/services", ApiJson.Default.IReadOnlyListServiceItem)).Name);
        Assert.Equal("pin", (await api.GetAsync("/v1/trust", ApiJson.Default.TrustItem)).Pin);
        Assert.True((await api.GetAsync("/v1/commits/3/rollout?wait=0.01", ApiJson.Default.RolloutStatus)).Done);
        await api.FailAsync(HttpMethod.Get, "/v1/commits/8/rollout", HttpStatusCode.NotFound);
        await api.FailAsync(HttpMethod.Get, "/v1/commits/3/rollout?wait=601", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Queries_of_traffic_are_checked_and_passed_on()
    {
        await using TestApi api = await TestApi.StartAsync();
        Assert.Equal(30, (await api.GetAsync("/v1/edges?window=30&namespace=shop", ApiJson.Default.TrafficTable)).WindowSeconds);
        Assert.Equal((30.0, "edges", "shop"), (api.Mesh.LastQuery.Query.Seconds, api.Mesh.LastQuery.By, api.Mesh.LastQuery.Query.Namespace));
        await api.GetAsync("/v1/stat?by=route", ApiJson.Default.TrafficTable);
        Assert.Equal((60.0, "route", null), (api.Mesh.LastQuery.Query.Seconds, api.Mesh.LastQuery.By, api.Mesh.LastQuery.Query.Namespace));
        await api.FailAsync(HttpMethod.Get, "/v1/stat?by=colour", HttpStatusCode.BadRequest);
        await api.FailAsync(HttpMethod.Get, "/v1/edges?window=-1", HttpStatusCode.BadRequest);
        await api.FailAsync(HttpMethod.Get, "/v1/edges?window=1e9", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_token_is_issued_to_whom_the_kernel_says_calls()
    {
        await using TestApi api = await TestApi.StartAsync();
        TokenResult token = await api.PostAsync("/v1/tokens", "{\"namespace\":\"shop\",\"service\":\"cart\",\"ttlSeconds\":60}", ApiJson.Default.TokenResult);
        Assert.Equal("secret", token.Token);
        Assert.EndsWith(" shop/cart 60", Assert.Single(api.Mesh.Issued), StringComparison.Ordinal);
        Assert.StartsWith("local:uid=", api.Mesh.Issued[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"namespace\":\"shop\",\"service\":\"../cart\"}")]
    [InlineData("{\"namespace\":\"\",\"service\":\"cart\"}")]
    [InlineData("{\"namespace\":\"shop\",\"service\":\"cart\",\"ttlSeconds\":0}")]
    [InlineData("{\"namespace\":\"shop\",\"service\":\"cart\",\"ttlSeconds\":86401}")]
    [InlineData("{\"namespace\":\"shop\"}")]
    public async Task A_token_for_nonsense_is_refused_and_recorded(string body)
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.FailAsync(HttpMethod.Post, "/v1/tokens", HttpStatusCode.BadRequest, body);
        Assert.Empty(api.Mesh.Issued);
        Assert.Equal("token.issue", Assert.Single(api.Audit()).Entry.Action);
    }

    [Theory]
    [InlineData(ProxyCommandResult.NotConnected, HttpStatusCode.NotFound)]
    [InlineData(ProxyCommandResult.TimedOut, HttpStatusCode.GatewayTimeout)]
    [InlineData(ProxyCommandResult.Failed, HttpStatusCode.Conflict)]
    public async Task A_command_that_fails_is_recorded_before_and_after(ProxyCommandResult result, HttpStatusCode status)
    {
        await using TestApi api = await TestApi.StartAsync();
        api.Mesh.CommandResult = result;
        await api.FailAsync(HttpMethod.Post, "/v1/proxies/shop/cart-1/commands/drain", status);
        Assert.Equal(["refused", "sent"], api.Audit().Select(record => record.Entry.Outcome.Split(':')[0]));
    }

    [Fact]
    public async Task A_command_that_works_answers_with_the_proxys_text_and_is_recorded()
    {
        await using TestApi api = await TestApi.StartAsync();
        TextResult result = await api.PostAsync("/v1/proxies/shop/cart-1/commands/dump", null, ApiJson.Default.TextResult);
        Assert.Equal("dump shop/cart-1", result.Text);
        Assert.Equal(("proxy.dump", "shop/cart-1", "sent"), (api.Audit()[0].Entry.Action, api.Audit()[0].Entry.Detail, api.Audit()[0].Entry.Outcome));
        Assert.Equal("log-level shop/cart-1 warn", (await api.PostAsync("/v1/proxies/shop/cart-1/commands/log-level?level=warn", null, ApiJson.Default.TextResult)).Text);
        Assert.Equal("shop/cart-1 warn", api.Audit()[0].Entry.Detail);
        await api.FailAsync(HttpMethod.Post, "/v1/proxies/shop/cart-1/commands/explode", HttpStatusCode.BadRequest);
    }
}
