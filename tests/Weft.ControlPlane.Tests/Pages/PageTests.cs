using System.Net;
using System.Text;
using Weft.Contracts.Api;
using Weft.ControlPlane.Store;
using Weft.ControlPlane.Tests.Api;
using Weft.Testing;
using Xunit;

namespace Weft.ControlPlane.Tests.Pages;

/// <summary>The page, its login and its sessions, as a browser meets them.</summary>
public sealed class PageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/map?focus=shop/cart")]
    [InlineData("/services/shop/cart")]
    public async Task Every_address_of_the_page_is_the_page_under_a_strict_policy(string path)
    {
        await using TestApi api = await TestApi.StartAsync();
        using HttpClient browser = api.Browser();
        using HttpResponseMessage answer = await browser.GetAsync(path, Stop);
        Assert.Equal("<!doctype html>", await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.True(answer.Headers.CacheControl!.NoCache);
    }

    [Theory]
    [InlineData("br, gzip", "br", "brotli")]
    [InlineData("gzip, deflate", "gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip", "gzip")]
    [InlineData("identity", null, "main()")]
    public async Task Assets_come_in_a_coding_that_the_browser_takes_and_never_change(string accepted, string? coding, string body)
    {
        await using TestApi api = await TestApi.StartAsync();
        using HttpClient browser = api.Browser();
        using HttpRequestMessage request = new(HttpMethod.Get, "/assets/main-1a2b.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using HttpResponseMessage answer = await browser.SendAsync(request, Stop);
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(body, await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());

        using HttpRequestMessage again = new(HttpMethod.Get, "/assets/main-1a2b.js");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using HttpResponseMessage same = await browser.SendAsync(again, Stop);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Fact]
    public async Task A_file_of_an_older_build_is_not_the_page()
    {
        await using TestApi api = await TestApi.StartAsync();
        using HttpClient browser = api.Browser();
        using HttpResponseMessage answer = await browser.GetAsync("/assets/gone-9f.js", Stop);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_built_page_one_sentence_says_how_to_build_it()
    {
        await using TestApi api = await TestApi.StartAsync(page: new Dictionary<string, byte[]>());
        using HttpClient browser = api.Browser();
        using HttpResponseMessage answer = await browser.GetAsync("/", Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("apt-get install nodejs npm", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attacker.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.1.2.3:15012", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.attacker.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost:8080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:9", HttpStatusCode.OK)]
    [InlineData("[::1]:15012", HttpStatusCode.OK)]
    [InlineData("weft.example", HttpStatusCode.OK)]
    public async Task A_name_that_somebody_points_at_the_server_is_refused(string host, HttpStatusCode status)
    {
        await using TestApi api = await TestApi.StartAsync();
        (HttpClient browser, _) = await api.LoggedInAsync("viewer");
        foreach (string path in (string[])["/", "/v1/status"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.Host = host;
            using HttpResponseMessage answer = await browser.SendAsync(request, Stop);
            Assert.Equal(status, answer.StatusCode);
        }

        browser.Dispose();
    }

    [Fact]
    public async Task A_login_address_works_once_and_its_cookie_cannot_be_read_or_sent_by_others()
    {
        await using TestApi api = await TestApi.StartAsync();
        LoginUrl login = await api.PostAsync("/v1/login-urls", "{}", ApiJson.Default.LoginUrl);
        Assert.StartsWith(api.PageAddress + "/login?token=", login.Url, StringComparison.Ordinal);
        using HttpClient browser = api.Browser();
        using HttpResponseMessage answer = await browser.GetAsync(login.Url, Stop);
        Assert.Equal("/", answer.Headers.Location!.ToString());
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        using HttpClient other = api.Browser();
        using HttpResponseMessage second = await other.GetAsync(login.Url, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        using HttpResponseMessage without = await other.GetAsync("/v1/status", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        using HttpResponseMessage with = await browser.GetAsync("/v1/status", Stop);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        Assert.Equal(["refused: the token is unknown, used or too old", "ok"], api.Audit().Where(each => each.Entry.Action == "login").Select(each => each.Entry.Outcome));
    }

    [Fact]
    public async Task Over_https_the_cookie_is_pinned_to_the_host()
    {
        await using TestApi api = await TestApi.StartAsync();
        LoginUrl login = await api.PostAsync("/v1/login-urls", "{}", ApiJson.Default.LoginUrl);
        using HttpClient browser = api.Https(token: null);
        using HttpResponseMessage answer = await browser.GetAsync(new Uri(login.Url).PathAndQuery, Stop);
        string cookie = answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? values) ? Assert.Single(values) : answer.RequestMessage!.RequestUri!.ToString();
        Assert.DoesNotContain("login", cookie, StringComparison.Ordinal);
        using HttpResponseMessage session = await browser.GetAsync("/v1/session", Stop);
        Assert.Equal(HttpStatusCode.OK, session.StatusCode);
    }

    [Fact]
    public async Task A_change_by_cookie_needs_the_header_that_only_our_page_knows()
    {
        await using TestApi api = await TestApi.StartAsync();
        (HttpClient browser, string csrf) = await api.LoggedInAsync("admin");
        foreach ((string? header, HttpStatusCode status) in (IEnumerable<(string?, HttpStatusCode)>)[(null, HttpStatusCode.Forbidden), ("wrong", HttpStatusCode.Forbidden), (csrf, HttpStatusCode.OK)])
        {
            using HttpRequestMessage request = Change(header);
            using HttpResponseMessage answer = await browser.SendAsync(request, Stop);
            Assert.Equal(status, answer.StatusCode);
        }

        AuditRecord applied = api.Audit().First(each => each.Entry.Action == "commit.apply");
        Assert.StartsWith("local:uid=", applied.Entry.Actor.Name, StringComparison.Ordinal);
        browser.Dispose();
    }

    [Fact]
    public async Task A_page_of_another_site_reads_nothing()
    {
        await using TestApi api = await TestApi.StartAsync();
        (HttpClient browser, _) = await api.LoggedInAsync("admin");
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/status");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using HttpResponseMessage answer = await browser.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        browser.Dispose();
    }

    [Fact]
    public async Task A_viewer_reads_and_an_operator_drains_and_only_an_admin_changes()
    {
        await using TestApi api = await TestApi.StartAsync();
        foreach ((string role, HttpStatusCode tap, HttpStatusCode drain, HttpStatusCode change) in (IEnumerable<(string, HttpStatusCode, HttpStatusCode, HttpStatusCode)>)
            [
                ("viewer", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden),
                ("operator", HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden),
                ("admin", HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK),
            ])
        {
            (HttpClient browser, string csrf) = await api.LoggedInAsync(role);
            using HttpResponseMessage read = await browser.GetAsync("/v1/status", Stop);
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            if (tap == HttpStatusCode.Forbidden)
            {
                using HttpResponseMessage tapped = await browser.GetAsync("/v1/tap", HttpCompletionOption.ResponseHeadersRead, Stop);
                Assert.Equal(tap, tapped.StatusCode);
            }

            using HttpRequestMessage command = new(HttpMethod.Post, "/v1/proxies/shop/cart/commands/drain");
            command.Headers.Add("x-weft-csrf", csrf);
            using HttpResponseMessage drained = await browser.SendAsync(command, Stop);
            Assert.Equal(drain == HttpStatusCode.Forbidden, drained.StatusCode == HttpStatusCode.Forbidden);
            using HttpRequestMessage applied = Change(csrf);
            using HttpResponseMessage answer = await browser.SendAsync(applied, Stop);
            Assert.Equal(change, answer.StatusCode);
            browser.Dispose();
        }
    }

    [Fact]
    public async Task Logout_ends_the_session()
    {
        await using TestApi api = await TestApi.StartAsync();
        (HttpClient browser, string csrf) = await api.LoggedInAsync("viewer");
        using HttpRequestMessage logout = new(HttpMethod.Post, "/v1/logout");
        logout.Headers.Add("x-weft-csrf", csrf);
        using HttpResponseMessage answer = await browser.SendAsync(logout, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using HttpResponseMessage after = await browser.GetAsync("/v1/status", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        browser.Dispose();
    }

    [Fact]
    [Limit("Logins: one-time addresses, sessions, failed tries")]
    public async Task Guessed_tokens_run_out_of_tries_and_fill_no_log()
    {
        await using TestApi api = await TestApi.StartAsync();
        LoginUrl login = await api.PostAsync("/v1/login-urls", "{}", ApiJson.Default.LoginUrl);
        using HttpClient browser = api.Browser();
        HttpStatusCode last = default;
        for (int i = 0; i < 70; i++)
        {
            using HttpResponseMessage answer = await browser.GetAsync($"/login?token={i:x64}", Stop);
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.InRange(api.Store.ListAudit(long.MaxValue, 1000).Count(each => each.Entry.Action == "login"), 1, 60);
        using HttpResponseMessage good = await browser.GetAsync(login.Url, Stop);
        Assert.Equal(HttpStatusCode.SeeOther, good.StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0:15012")]
    [InlineData("192.0.2.1:15012")]
    [InlineData("15012")]
    public void Plain_http_leaves_no_machine(string address)
        => Assert.Equal(ServerExit.Usage, Assert.Throws<ServerStartException>(() => ServerSettings.Parse(["--ui", address], _ => null)).ExitCode);

    [Fact]
    public void The_page_is_on_by_default_and_off_beside_an_api_elsewhere()
    {
        Assert.Equal("127.0.0.1:15012", ServerSettings.Parse([], _ => null).Ui!.ToString());
        Assert.Null(ServerSettings.Parse(["--api", "127.0.0.1:0"], _ => null).Ui);
        Assert.Null(ServerSettings.Parse(["--ui", "off"], _ => null).Ui);
        Assert.Equal("[::1]:80", ServerSettings.Parse(["--api", "127.0.0.1:0", "--ui", "[::1]:80"], _ => null).Ui!.ToString());
    }

    private static HttpRequestMessage Change(string? csrf)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/commits") { Content = new StringContent(TestApi.Body(Yaml.Service("cart")), Encoding.UTF8, "application/json") };
        if (csrf is not null)
        {
            request.Headers.Add("x-weft-csrf", csrf);
        }

        return request;
    }
}
