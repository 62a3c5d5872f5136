using System.Text.Json;
using Weft.Cli.Tests.Support;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Cli.Tests;

public sealed class ApplyTests : IAsyncLifetime
{
    private readonly ScriptedControlPlane _server = SampleMesh.Start();

    public ValueTask InitializeAsync()
    {
        _server.On("POST /v1/commits", SampleMesh.Commit12, ApiJson.Default.CommitResult);
        File.WriteAllText(Path.Combine(_server.Folder, "b.yaml"), "kind: B");
        File.WriteAllText(Path.Combine(_server.Folder, "a.yml"), "kind: A");
        File.WriteAllText(Path.Combine(_server.Folder, "notes.txt"), "not a resource");
        File.WriteAllText(Path.Combine(_server.Folder, ".hidden.yaml"), "kind: Hidden");
        Directory.CreateDirectory(Path.Combine(_server.Folder, "sub"));
        File.WriteAllText(Path.Combine(_server.Folder, "sub", "c.json"), "{}");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_change_is_one_line()
    {
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml");
        Assert.Equal("Service/shop/cart created\nHTTPRoute/shop/cart configured\nService/shop/web unchanged\n", run.Out);
        Assert.Equal("commit 12\n", run.Error);
        Assert.Equal(ExitCode.Ok, run.ExitCode);
    }

    [Fact]
    public async Task A_folder_is_read_whole_in_order_of_name_and_sent_as_one_commit()
    {
        await WeftRun.Of(_server, "apply", "-f", ".", "-m", "why", "-n", "shop");
        var request = Assert.Single(Posted());
        Assert.Equal(["./a.yml", "./b.yaml", "./sub/c.json"], request.Documents.Select(d => d.File));
        Assert.Equal(["kind: A", "kind: B", "{}"], request.Documents.Select(d => d.Text));
        Assert.Equal(("why", "shop", false), (request.Message, request.Namespace, request.DryRun));
    }

    [Fact]
    public async Task Standard_input_is_a_document()
    {
        await new WeftRun.Setting { Server = _server, Input = "kind: X\n" }.RunAsync("apply", "-f", "-", "-f", "b.yaml");
        Assert.Equal([("<stdin>", "kind: X\n"), ("b.yaml", "kind: B")], Assert.Single(Posted()).Documents.Select(d => (d.File, d.Text)));
    }

    [Fact]
    public async Task A_missing_file_changes_nothing()
    {
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml", "-f", "gone.yaml");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("error[WF0005]: \"gone.yaml\" cannot be read", run.Error, StringComparison.Ordinal);
        Assert.Empty(Posted());
    }

    [Fact]
    public async Task A_file_that_is_not_utf8_is_refused()
    {
        await File.WriteAllBytesAsync(Path.Combine(_server.Folder, "latin.yaml"), [0x6b, 0xe9], TestContext.Current.CancellationToken);
        var run = await WeftRun.Of(_server, "apply", "-f", "latin.yaml");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("it is not UTF-8", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_so_on_each_line()
    {
        _server.On("POST /v1/commits", SampleMesh.Commit12 with { DryRun = true }, ApiJson.Default.CommitResult);
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml", "--dry-run");
        Assert.All(run.Out.TrimEnd('\n').Split('\n'), line => Assert.EndsWith("(dry run)", line, StringComparison.Ordinal));
        Assert.True(Assert.Single(Posted()).DryRun);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Wait_ends_when_every_proxy_runs_it()
    {
        var asked = 0;
        _server.On("GET /v1/commits/12/rollout", _ => Rollout(new() { Commit = 12, Done = ++asked > 1, Affected = 20, Current = asked > 1 ? 20 : 7, ElapsedMs = 84 }));
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml", "--wait");
        Assert.Equal("✓ commit 12 runs on 20 of 20 proxies (84ms)\n", run.Error);
        Assert.Equal((ExitCode.Ok, 2), (run.ExitCode, asked));
    }

    [Fact]
    public async Task Refusals_end_with_exit_code_3_and_their_reasons()
    {
        _server.On("GET /v1/commits/12/rollout", _ => Rollout(new()
        {
            Commit = 12,
            Done = true,
            Affected = 2,
            Current = 1,
            Refused = [new("shop/web-1", "RouteSet shop/web", "regular expression too large")],
        }));
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml", "--wait");
        Assert.Equal(ExitCode.Partial, run.ExitCode);
        Assert.Contains("error[WF0016]: the proxy of shop/web-1 refused RouteSet shop/web\n  why:  regular expression too large\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollout_that_takes_too_long_ends_with_exit_code_7_and_names_who_lags()
    {
        _server.On("GET /v1/commits/12/rollout", _ => Rollout(new() { Commit = 12, Affected = 2, Current = 1, Lagging = ["shop/web-1"] }));
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml", "--wait", "--timeout", "100ms");
        Assert.Equal(ExitCode.Timeout, run.ExitCode);
        Assert.Contains("lagging: shop/web-1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_the_commit_and_the_rollout()
    {
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml", "--wait", "-o", "json");
        using var document = JsonDocument.Parse(run.Out);
        Assert.Equal("Apply", document.RootElement.GetProperty("kind").GetString());
        Assert.Equal(12, document.RootElement.GetProperty("commit").GetProperty("commit").GetInt64());
        Assert.Equal(3, document.RootElement.GetProperty("rollout").GetProperty("current").GetInt32());
    }

    [Fact]
    public async Task Quiet_says_nothing_but_the_answer()
    {
        var run = await WeftRun.Of(_server, "apply", "-f", "a.yml", "--wait", "-q");
        Assert.Empty(run.Error);
        Assert.StartsWith("Service/shop/cart created", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_is_unified_and_exits_1()
    {
        var change = new ResourceChange("HTTPRoute", "shop", "cart", "configured", "a: 1\nb: 2\nc: 3\n", "a: 1\nb: 5\nc: 3\n");
        _server.On("POST /v1/commits", new CommitResult { Commit = 12, DryRun = true, Changes = [change, new("Service", "shop", "web", "unchanged")] }, ApiJson.Default.CommitResult);
        var run = await WeftRun.Of(_server, "diff", "-f", "a.yml");
        Assert.Equal("--- HTTPRoute/shop/cart (running)\n+++ HTTPRoute/shop/cart (file)\n@@ -1,3 +1,3 @@\n a: 1\n-b: 2\n+b: 5\n c: 3\n", run.Out);
        Assert.Equal(ExitCode.Negative, run.ExitCode);
        Assert.True(Assert.Single(Posted()).DryRun);
    }

    [Fact]
    public async Task Diff_without_difference_is_silent()
    {
        _server.On("POST /v1/commits", new CommitResult { DryRun = true, Changes = [new("Service", "shop", "web", "unchanged")] }, ApiJson.Default.CommitResult);
        Assert.Equal(new WeftRun(ExitCode.Ok, "", ""), await WeftRun.Of(_server, "diff", "-f", "a.yml"));
    }

    [Fact]
    public async Task Undo_reverts_the_newest_commit()
    {
        _server.On("POST /v1/commits/12/revert", new CommitResult { Commit = 13, Changes = [new("Service", "shop", "cart", "deleted")] }, ApiJson.Default.CommitResult);
        var run = await WeftRun.Of(_server, "undo");
        Assert.Equal("Service/shop/cart deleted\n", run.Out);
        Assert.Equal("commit 13 takes back commit 12\n", run.Error);
    }

    private IEnumerable<CommitRequest> Posted()
        => _server.Requests.Where(r => r.Line == "POST /v1/commits").Select(r => JsonSerializer.Deserialize(r.Body, ApiJson.Default.CommitRequest)!);

    private static (int Status, string Body) Rollout(RolloutStatus status) => (200, JsonSerializer.Serialize(status, ApiJson.Default.RolloutStatus));
}
