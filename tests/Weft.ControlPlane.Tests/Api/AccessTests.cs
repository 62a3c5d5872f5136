using System.Net;
using System.Text;
using Weft.Contracts.Api;
using Weft.ControlPlane.Store;
using Xunit;

namespace Weft.ControlPlane.Tests.Api;

public sealed class AccessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_socket_and_the_token_file_are_private()
    {
        await using TestApi api = await TestApi.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api.SocketPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api.TokenFile));
    }

    [Fact]
    public async Task Another_user_on_the_socket_is_refused()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may use every socket");
        await using TestApi api = await TestApi.StartAsync(ownUserId: uint.MaxValue);
        await api.FailAsync(HttpMethod.Get, "/v1/health", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Over_https_the_token_opens_the_api_and_names_the_actor()
    {
        await using TestApi api = await TestApi.StartAsync();
        using HttpClient client = api.Https((await File.ReadAllTextAsync(api.TokenFile, Stop)).Trim());
        using StringContent body = new(TestApi.Body(Yaml.Service("cart")), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync("/v1/commits", body, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("token:admin", api.Audit()[0].Entry.Actor.Name);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Over_https_nothing_opens_without_the_token(string? token)
    {
        await using TestApi api = await TestApi.StartAsync();
        using HttpClient client = api.Https(token);
        foreach (string path in (string[])["/v1/health", "/v1/resources", "/v1/audit", "/v1/nowhere"])
        {
            using HttpResponseMessage answer = await client.GetAsync(path, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        }

        Assert.Empty(api.Audit());
    }

    [Fact]
    public async Task Changes_of_strangers_are_recorded_but_cannot_fill_the_log()
    {
        await using TestApi api = await TestApi.StartAsync();
        using HttpClient client = api.Https("wrong");
        for (int i = 0; i < 150; i++)
        {
            using HttpResponseMessage answer = await client.PostAsync("/v1/commits", null, Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        IReadOnlyList<AuditRecord> records = api.Store.ListAudit(long.MaxValue, 1000);
        Assert.InRange(records.Count, 1, 120);
        Assert.Equal("unknown:127.0.0.1", records[0].Entry.Actor.Name);
    }

    [Theory]
    [InlineData("GET /v1/health HTTP/1.1\nHost: weft\n\n")]
    [InlineData("GET /v1/health HTTP/1.1\r\nHost: weft\n\r\n")]
    public async Task Bare_line_feeds_are_refused(string request)
    {
        await using TestApi api = await TestApi.StartAsync();
        string answer = await api.RawAsync(request);
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_two_lengths_is_refused_and_the_connection_closed()
    {
        await using TestApi api = await TestApi.StartAsync();
        string answer = await api.RawAsync(
            "POST /v1/tokens HTTP/1.1\r\nHost: weft\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + "GET /v1/health HTTP/1.1\r\nHost: weft\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(" 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        await using TestApi api = await TestApi.StartAsync();
        string answer = await api.RawAsync("POST /v1/commits HTTP/1.1\r\nHost: weft\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n{");
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_calls_methods_and_types_have_error_bodies_too()
    {
        await using TestApi api = await TestApi.StartAsync();
        Assert.Equal("WF0012", (await api.FailAsync(HttpMethod.Get, "/v1/nothing", HttpStatusCode.NotFound)).Code);
        Assert.Equal("WF0020", (await api.FailAsync(HttpMethod.Patch, "/v1/commits", HttpStatusCode.MethodNotAllowed)).Code);
        Assert.Equal("WF0020", (await api.FailAsync(HttpMethod.Post, "/v1/commits", HttpStatusCode.UnsupportedMediaType)).Code);
        Assert.Equal("WF0020", (await api.FailAsync(HttpMethod.Delete, "/v1/resources/Service/shop/NOT", HttpStatusCode.BadRequest)).Code);
        ApiError unknown = await api.FailAsync(HttpMethod.Delete, "/v1/resources/Servce/shop/cart", HttpStatusCode.BadRequest);
        Assert.Contains("service", unknown.Message, StringComparison.Ordinal);
    }
}
