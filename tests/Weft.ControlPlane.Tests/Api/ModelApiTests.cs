using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.ControlPlane.Tests.Api;

public sealed class ModelApiTests
{
    [Fact]
    public async Task Applying_makes_one_commit_and_says_what_it_did()
    {
        await using TestApi api = await TestApi.StartAsync();
        CommitResult first = await api.ApplyAsync(Yaml.Service("cart") + "---\n" + Yaml.Service("web"));
        Assert.Equal((1L, false), (first.Commit, first.DryRun));
        Assert.Equal(["cart created", "web created"], first.Changes.Select(change => $"{change.Name} {change.Action}"));
        CommitResult second = await api.ApplyAsync(Yaml.Service("cart", 9090) + "---\n" + Yaml.Service("web"));
        Assert.Equal(["cart configured", "web unchanged"], second.Changes.Select(change => $"{change.Name} {change.Action}"));
        Assert.Contains("port: 8080", second.Changes[0].Before, StringComparison.Ordinal);
        Assert.Contains("port: 9090", second.Changes[0].After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_commit_was_warned_of_is_found_until_it_is_mended()
    {
        await using TestApi api = await TestApi.StartAsync();
        Assert.Empty(await api.GetAsync("/v1/findings", ApiJson.Default.IReadOnlyListFinding));
        const string Policy = "apiVersion: weft.mesh/v1\nkind: TrafficPolicy\nmetadata: {name: cart}\nspec: {targetRef: {kind: Service, name: cart}, healthCheck: {http: {path: /healthz}}}\n";
        CommitResult applied = await api.ApplyAsync(Yaml.Service("cart") + "---\n" + Policy);
        Finding found = Assert.Single(await api.GetAsync("/v1/findings", ApiJson.Default.IReadOnlyListFinding));
        Assert.Equal(("WF2112", "warning", Assert.Single(applied.Warnings).Message), (found.Code, found.Severity, found.Message));
        await api.ApplyAsync("apiVersion: weft.mesh/v1\nkind: Workload\nmetadata: {name: cart-1}\nspec: {service: cart, address: 10.0.0.7}\n");
        Assert.Empty(await api.GetAsync("/v1/findings", ApiJson.Default.IReadOnlyListFinding));
    }

    [Fact]
    public async Task Applying_the_same_again_makes_no_commit()
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.ApplyAsync(Yaml.Service("cart"));
        CommitResult again = await api.ApplyAsync(Yaml.Service("cart"));
        Assert.Equal(1, again.Commit);
        Assert.Equal("unchanged", Assert.Single(again.Changes).Action);
        Assert.Single(api.Store.ListCommits(long.MaxValue, 10));
    }

    [Fact]
    public async Task A_dry_run_shows_the_difference_and_changes_nothing()
    {
        await using TestApi api = await TestApi.StartAsync();
        CommitResult result = await api.ApplyAsync(Yaml.Service("cart"), dryRun: true);
        Assert.True(result.DryRun);
        Assert.Equal("created", Assert.Single(result.Changes).Action);
        Assert.Equal(0, api.Models.Current.Commit);
        Assert.Empty(api.Audit());
    }

    [Fact]
    public async Task A_bad_document_changes_nothing_names_every_mistake_and_is_in_the_audit_log()
    {
        await using TestApi api = await TestApi.StartAsync();
        string yaml = Yaml.Service("cart") + "---\n" + Yaml.Service("Web").Replace("ports", "prots", StringComparison.Ordinal);
        ApiError error = await api.FailAsync(HttpMethod.Post, "/v1/commits", HttpStatusCode.BadRequest, TestApi.Body(yaml));
        Assert.Equal(["WF2010", "WF2007", "WF2008"], error.Findings.Select(finding => finding.Code));
        Assert.Equal(("file.yaml", 8), (error.Findings[0].Location!.File, error.Findings[0].Location!.Line));
        Assert.Equal(0, api.Models.Current.Commit);
        Assert.StartsWith("refused: WF2000", Assert.Single(api.Audit()).Entry.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_of_reading_and_of_fitting_together_are_named_at_once_and_no_mistake_twice()
    {
        await using TestApi api = await TestApi.StartAsync();
        string route = Yaml.Route("cart", "cart-v2");
        string yaml = Yaml.Service("cart") + "---\n" + Yaml.Service("cart-v1") + "---\n" + route + "---\n" + Yaml.Service("web").Replace("ports", "prots", StringComparison.Ordinal);
        ApiError error = await api.FailAsync(HttpMethod.Post, "/v1/commits", HttpStatusCode.BadRequest, TestApi.Body(yaml));
        Assert.Equal(["WF2103", "WF2007", "WF2008"], error.Findings.Select(finding => finding.Code));
        Assert.StartsWith("3 mistakes", error.Message, StringComparison.Ordinal);

        // A name that cannot be read is one mistake, not also the absence of what it would name.
        yaml = Yaml.Service("cart") + "---\n" + route.Replace("name: cart-v2", "name: \"not a name\"", StringComparison.Ordinal);
        error = await api.FailAsync(HttpMethod.Post, "/v1/commits", HttpStatusCode.BadRequest, TestApi.Body(yaml));
        Assert.Single(error.Findings);
        Assert.Empty(api.Models.Current.Model.All);
    }

    [Fact]
    public async Task A_document_that_does_not_fit_the_mesh_is_refused_as_a_whole()
    {
        await using TestApi api = await TestApi.StartAsync();
        string yaml = Yaml.Service("cart") + "---\n" + Yaml.Service("cart-v1") + "---\n" + Yaml.Route("cart", "cart-v2");
        ApiError error = await api.FailAsync(HttpMethod.Post, "/v1/commits", HttpStatusCode.UnprocessableEntity, TestApi.Body(yaml));
        Finding finding = Assert.Single(error.Findings);
        Assert.Equal(("WF2103", "cart-v1"), (finding.Code, finding.Near));
        Assert.Empty(api.Models.Current.Model.All);
    }

    [Theory]
    [InlineData("{\"documents\":[]}")]
    [InlineData("{\"documents\":[null]}")]
    [InlineData("{\"documents\":[{\"file\":null,\"text\":\"\"}]}")]
    [InlineData("{\"documents\":[{\"file\":\"a\",\"text\":\"\"}],\"dryrun\":true}")]
    [InlineData("{\"documents\":[{\"file\":\"a\",\"text\":\"\"}],\"namespace\":\"Not A Label\"}")]
    [InlineData("{\"documents\":[{\"file\":\"a\",\"text\":\"# nothing\"}]}")]
    [InlineData("{\"documents\":")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task A_body_that_is_not_what_the_call_takes_is_refused(string body)
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.FailAsync(HttpMethod.Post, "/v1/commits", HttpStatusCode.BadRequest, body);
        Assert.Equal(0, api.Models.Current.Commit);
        Assert.Single(api.Audit());
    }

    [Fact]
    public async Task Resources_come_by_kind_namespace_and_name_as_yaml_and_json()
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.ApplyAsync(Yaml.Service("cart") + "---\n" + Yaml.Service("web") + "---\n" + Yaml.Route("cart", "web"));
        Assert.Equal(3, (await api.GetAsync("/v1/resources", ApiJson.Default.ResourceList)).Items.Count);
        Assert.Equal(2, (await api.GetAsync("/v1/resources?kind=svc", ApiJson.Default.ResourceList)).Items.Count);
        Assert.Empty((await api.GetAsync("/v1/resources?namespace=other", ApiJson.Default.ResourceList)).Items);
        ResourceItem route = Assert.Single((await api.GetAsync("/v1/resources?kind=HTTPRoute&namespace=shop&name=cart", ApiJson.Default.ResourceList)).Items);
        Assert.Equal(1, route.Commit);
        Assert.Equal("web", route.Body.GetProperty("spec").GetProperty("rules")[0].GetProperty("backendRefs")[0].GetProperty("name").GetString());
        Assert.StartsWith("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n", route.Yaml, StringComparison.Ordinal);
        ApiError error = await api.FailAsync(HttpMethod.Get, "/v1/resources?kind=httprout", HttpStatusCode.BadRequest);
        Assert.Contains("did you mean \"httproute\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_what_others_need_is_refused_and_what_nobody_needs_is_done()
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.ApplyAsync(Yaml.Service("cart") + "---\n" + Yaml.Service("web") + "---\n" + Yaml.Route("cart", "web"));
        ApiError error = await api.FailAsync(HttpMethod.Delete, "/v1/resources/Service/shop/web", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("WF2103", Assert.Single(error.Findings).Code);
        using HttpResponseMessage done = await api.SendAsync(HttpMethod.Delete, "/v1/resources/httproute/shop/cart");
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(2, api.Models.Current.Model.All.Count);
        await api.FailAsync(HttpMethod.Delete, "/v1/resources/httproute/shop/cart", HttpStatusCode.NotFound);
        Assert.Equal(
            ["resource.delete refused", "resource.delete ok", "resource.delete refused", "commit.apply ok"],
            api.Audit().Select(record => $"{record.Entry.Action} {record.Entry.Outcome.Split(':')[0]}"));
    }

    [Fact]
    public async Task A_revert_takes_back_one_commit_as_a_new_one()
    {
        await using TestApi api = await TestApi.StartAsync();
        string before = (await api.ApplyAsync(Yaml.Service("cart"))).Hash;
        await api.ApplyAsync(Yaml.Service("cart", 9090) + "---\n" + Yaml.Service("web"));
        CommitResult reverted = await api.PostAsync("/v1/commits/2/revert", null, ApiJson.Default.CommitResult);
        Assert.Equal((3L, before), (reverted.Commit, reverted.Hash));
        Assert.Equal(["cart configured", "web deleted"], reverted.Changes.Select(change => $"{change.Name} {change.Action}"));
    }

    [Fact]
    public async Task A_revert_of_what_has_changed_since_is_a_conflict()
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.ApplyAsync(Yaml.Service("cart"));
        await api.ApplyAsync(Yaml.Service("cart", 9090));
        ApiError error = await api.FailAsync(HttpMethod.Post, "/v1/commits/1/revert", HttpStatusCode.Conflict);
        Assert.Contains("Service/shop/cart", error.Message, StringComparison.Ordinal);
        await api.FailAsync(HttpMethod.Post, "/v1/commits/9/revert", HttpStatusCode.NotFound);
        Assert.Equal(2, api.Models.Current.Commit);
    }

    [Fact]
    public async Task History_and_audit_come_newest_first_and_in_pages()
    {
        await using TestApi api = await TestApi.StartAsync();
        for (int port = 1; port <= 3; port++)
        {
            await api.ApplyAsync(Yaml.Service("cart", port));
        }

        Assert.Equal([3L, 2L, 1L], (await api.GetAsync("/v1/commits", ApiJson.Default.IReadOnlyListCommitResult)).Select(commit => commit.Commit));
        Assert.Equal([2L], (await api.GetAsync("/v1/commits?before=3&limit=1", ApiJson.Default.IReadOnlyListCommitResult)).Select(commit => commit.Commit));
        CommitResult second = await api.GetAsync("/v1/commits/2", ApiJson.Default.CommitResult);
        Assert.Contains("port: 1", Assert.Single(second.Changes).Before, StringComparison.Ordinal);
        IReadOnlyList<AuditItem> audit = await api.GetAsync("/v1/audit?limit=2", ApiJson.Default.IReadOnlyListAuditItem);
        Assert.Equal([3L, 2L], audit.Select(item => item.Id));
        Assert.Equal("commit 3: Service/shop/cart", audit[0].Detail);
        await api.FailAsync(HttpMethod.Get, "/v1/commits/4", HttpStatusCode.NotFound);
        await api.FailAsync(HttpMethod.Get, "/v1/commits/-1", HttpStatusCode.BadRequest);
        await api.FailAsync(HttpMethod.Get, "/v1/audit?limit=+2", HttpStatusCode.BadRequest);
        await api.FailAsync(HttpMethod.Get, "/v1/audit?limit=1&limit=2", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Commits_that_come_together_all_count()
    {
        await using TestApi api = await TestApi.StartAsync();
        CommitResult[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => api.ApplyAsync(Yaml.Service($"s{i}"))));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), results.Select(result => result.Commit).Order());
        Assert.Equal(10, api.Models.Current.Model.All.Count);
    }

    [Fact]
    public async Task Health_says_the_newest_commit()
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.ApplyAsync(Yaml.Service("cart"));
        HealthItem health = await api.GetAsync("/v1/health", ApiJson.Default.HealthItem);
        Assert.Equal(("ok", 1L), (health.Status, health.Commit));
    }

    [Fact]
    public async Task A_store_that_fails_answers_503_and_leaves_the_model_alone()
    {
        await using TestApi api = await TestApi.StartAsync();
        await api.ApplyAsync(Yaml.Service("cart"));
        string file = Path.Combine(Path.GetDirectoryName(api.SocketPath)!, "weft.db");
        using (SqliteConnection connection = new($"Data Source={file};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TRIGGER refuse BEFORE INSERT ON commits BEGIN SELECT RAISE(ABORT, 'disk full'); END";
            command.ExecuteNonQuery();
        }

        ApiError error = await api.FailAsync(HttpMethod.Post, "/v1/commits", HttpStatusCode.ServiceUnavailable, TestApi.Body(Yaml.Service("web")));
        Assert.Contains("disk full", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, api.Models.Current.Commit);
        Assert.Equal(JsonValueKind.Object, (await api.GetAsync("/v1/resources", ApiJson.Default.ResourceList)).Items[0].Body.ValueKind);
    }
}
