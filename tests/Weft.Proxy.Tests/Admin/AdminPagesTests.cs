using System.Text.Json;
using Weft.Proxy.Admin;
using Weft.Proxy.Telemetry;
using Weft.Proxy.Upgrading;

namespace Weft.Proxy.Tests.Admin;

public sealed class AdminPagesTests
{
    private readonly Facts _facts = new();
    private readonly AdminPages _pages;

    public AdminPagesTests() => _pages = new AdminPages(_facts);

    [Fact]
    public void Ready_says_what_is_missing_until_nothing_is()
    {
        _facts.NotReady = "waiting for an identity";
        Assert.Equal(AdminPage.Text(503, "not ready: waiting for an identity"), Get("/ready"));
        _facts.NotReady = null;
        Assert.Equal(200, Get("/ready").Status);
        Assert.Equal(200, Get("/live").Status);
    }

    [Fact]
    public void Posting_drain_begins_it_and_getting_it_only_looks()
    {
        _facts.OpenConnections = 3;
        Assert.Equal((false, 3), Drain(Get("/drain")));
        Assert.Equal((true, 3), Drain(_pages.Answer("POST", "/drain", fromBrowser: false)));
        Assert.Equal((true, 3), Drain(Get("/drain?x=1")));
    }

    [Fact]
    public void A_web_page_cannot_drain_the_proxy()
    {
        Assert.Equal(403, _pages.Answer("POST", "/drain", fromBrowser: true).Status);
        Assert.False(_facts.IsDraining);
    }

    [Theory]
    [InlineData("", "text/plain; version=0.0.4; charset=utf-8", "Prometheus\n")]
    [InlineData("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8", "OpenMetrics\n")]
    public void Metrics_come_in_the_format_that_was_asked_for(string accept, string type, string body)
        => Assert.Equal(new AdminPage(200, type, body), _pages.Answer("GET", "/metrics", fromBrowser: false, accept));

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/ready/", 404)]
    [InlineData("DELETE", "/config", 405)]
    [InlineData("POST", "/ready", 405)]
    [InlineData("HEAD", "/metrics", 200)]
    [InlineData("GET", "/config", 200)]
    [InlineData("GET", "/stats", 200)]
    public void Other_pages_and_methods_have_their_status(string method, string target, int status) =>
        Assert.Equal(status, _pages.Answer(method, target, fromBrowser: false).Status);

    [Fact]
    public void Leaving_is_a_drain_that_only_a_post_begins_and_no_web_page()
    {
        Assert.Equal(405, _pages.Answer("GET", "/leave", fromBrowser: false).Status);
        Assert.Equal(403, _pages.Answer("POST", "/leave", fromBrowser: true).Status);
        Assert.False(_facts.IsLeaving);
        _facts.OpenConnections = 2;
        Assert.Equal((true, 2), Drain(_pages.Answer("POST", "/leave", fromBrowser: false)));
        Assert.True(_facts.IsLeaving);
    }

    private static (bool Draining, int Connections) Drain(AdminPage page)
    {
        Assert.Equal((200, "application/json"), (page.Status, page.ContentType));
        using JsonDocument json = JsonDocument.Parse(page.Body);
        return (json.RootElement.GetProperty("draining").GetBoolean(), json.RootElement.GetProperty("connections").GetInt32());
    }

    private AdminPage Get(string target) => _pages.Answer("GET", target, fromBrowser: false);

    private sealed class Facts : IAdminFacts
    {
        public string? NotReady { get; set; }

        public bool IsDraining { get; private set; }

        public int OpenConnections { get; set; }

        public void BeginDrain() => IsDraining = true;

        public bool IsLeaving { get; private set; }

        public void BeginLeave() => IsDraining = IsLeaving = true;

        public UpgradeStatus Upgrade { get; private set; } = UpgradeStatus.None;

        public void BeginUpgrade() => Upgrade = new UpgradeStatus("failed", "a \"quoted\" reason");

        public string Metrics(MetricsFormat format) => $"{format}\n";

        public string Config() => "{}";

        public string Stats() => "{}";
    }
}
