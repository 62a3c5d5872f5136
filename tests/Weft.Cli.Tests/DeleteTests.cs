using Weft.Cli.Tests.Support;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Cli.Tests;

public sealed class DeleteTests : IAsyncLifetime
{
    private readonly ScriptedControlPlane _server = SampleMesh.Start();

    public ValueTask InitializeAsync()
    {
        _server.On("DELETE /v1/resources/HTTPRoute/shop/cart", new CommitResult { Commit = 13, Changes = [new("HTTPRoute", "shop", "cart", "deleted")] }, ApiJson.Default.CommitResult);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Without_a_terminal_it_shows_the_plan_and_needs_y()
    {
        var run = await WeftRun.Of(_server, "delete", "httproute/cart", "-n", "shop");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.StartsWith("will delete HTTPRoute/shop/cart\nerror[WF0004]", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Requests, r => r.Line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_y_it_deletes()
    {
        var run = await WeftRun.Of(_server, "delete", "httproute/shop/cart", "-y");
        Assert.Equal("HTTPRoute/shop/cart deleted\n", run.Out);
        Assert.Equal(ExitCode.Ok, run.ExitCode);
    }

    [Theory]
    [InlineData("y\n", ExitCode.Ok, 1)]
    [InlineData("n\n", ExitCode.Negative, 0)]
    [InlineData("", ExitCode.Negative, 0)]
    public async Task On_a_terminal_it_asks(string answer, int exitCode, int deletions)
    {
        var run = await new WeftRun.Setting { Server = _server, Input = answer, IsTerminal = true }.RunAsync("delete", "httproute/cart", "-n", "shop");
        Assert.Contains("Delete 1 resource? [y/N]", run.Error, StringComparison.Ordinal);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(deletions, _server.Requests.Count(r => r.Line.StartsWith("DELETE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_input_never_asks()
    {
        var run = await new WeftRun.Setting { Server = _server, Input = "y\n", IsTerminal = true }.RunAsync("delete", "httproute/cart", "-n", "shop", "--no-input", "--no-color");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.DoesNotContain("[y/N]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_exit_code_5()
        => Assert.Equal(ExitCode.NotFound, (await WeftRun.Of(_server, "delete", "authz/nobody", "-y")).ExitCode);

    [Fact]
    public async Task From_files_it_deletes_what_exists_and_says_what_does_not()
    {
        _server.On(
            "POST /v1/commits",
            new CommitResult { DryRun = true, Changes = [new("Service", "shop", "gone", "created"), new("HTTPRoute", "shop", "cart", "unchanged")] },
            ApiJson.Default.CommitResult);
        var run = await new WeftRun.Setting { Server = _server, Input = "kind: X" }.RunAsync("delete", "-f", "-", "-y");
        Assert.Equal("Service/shop/gone is not there\nwill delete HTTPRoute/shop/cart\n", run.Error);
        Assert.Equal("HTTPRoute/shop/cart deleted\n", run.Out);
    }
}
