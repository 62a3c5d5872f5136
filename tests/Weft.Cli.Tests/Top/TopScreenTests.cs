using System.Text.Json;
using Weft.Cli.Commands;
using Weft.Cli.Output;
using Weft.Cli.Tests.Support;
using Weft.Cli.Top;
using Weft.Contracts.Api;
using Xunit;

namespace Weft.Cli.Tests.Top;

/// <summary><c>weft top</c> under somebody's fingers, against a control plane that answers by a script.</summary>
public sealed class TopScreenTests
{
    private static readonly IReadOnlyList<TrafficRow> s_routes =
    [
        new() { Destination = "shop/web", Template = "/", Requests = 300, RequestsPerSecond = 10, Failures = 24, Success = 0.92, P50Ms = 3, P95Ms = 9, P99Ms = 50 },
        new() { Destination = "shop/cart", Template = "/items/{id}", Requests = 9_000, RequestsPerSecond = 300, Success = 1, P50Ms = 1, P95Ms = 4, P99Ms = 12 },
    ];

    private static readonly IReadOnlyList<TrafficRow> s_edges = [new() { Source = "shop/web", Destination = "shop/cart", Requests = 9_000, RequestsPerSecond = 300, Success = 1 }];

    private readonly FakeTerminal _terminal = new();

    [Fact]
    public async Task Keys_change_what_is_shown_at_once()
    {
        await using var server = Serve();
        var run = RunAsync(server, "top", "--interval", "1h");
        Assert.Equal(["shop/cart", "shop/web"], Services(await _terminal.SeeAsync(_ => true)));
        _terminal.Type("s");
        Assert.Equal(["shop/web", "shop/cart"], Services(await _terminal.SeeAsync(picture => picture.Contains("sort errors▼", StringComparison.Ordinal))));
        _terminal.Type("r");
        Assert.Equal(["shop/cart", "shop/web"], Services(await _terminal.SeeAsync(picture => picture.Contains("SUCCESS▲", StringComparison.Ordinal))));
        _terminal.Type("G");
        Assert.Contains("shop/web  shop/cart", await _terminal.SeeAsync(picture => picture.Contains("SRC", StringComparison.Ordinal)), StringComparison.Ordinal);
        _terminal.Type("?");
        await _terminal.SeeAsync(picture => picture.Contains("space pause", StringComparison.Ordinal));
        _terminal.Type("q");
        Assert.Equal(new WeftRun(0, "", ""), await run);
        Assert.True(_terminal.IsDisposed);
    }

    [Fact]
    public async Task A_filter_goes_to_the_control_plane_and_a_wrong_one_does_not()
    {
        await using var server = Serve();
        var run = RunAsync(server, "top", "--interval", "1h");
        _terminal.Type("/rps>100\r");
        Assert.Equal(["shop/cart"], Services(await _terminal.SeeAsync(picture => Services(picture).Count == 1)));
        _terminal.Type("/\u0015status>500\r");
        var wrong = await _terminal.SeeAsync(picture => picture.Contains("\"status\"", StringComparison.Ordinal));
        Assert.Contains("filter rps>100", wrong, StringComparison.Ordinal);
        _terminal.Type("\u001bq");
        Assert.Equal(0, (await run).ExitCode);
        Assert.Equal(["", "rps%3E100"], server.Requests.Select(request => request.Line.Split("filter=") is [_, var filter] ? filter : "").Distinct());
    }

    [Fact]
    public async Task Rows_come_anew_until_it_is_paused()
    {
        var asked = 0;
        await using var server = new ScriptedControlPlane().On("GET /v1/stat", _ => (200, Json([new TrafficRow { Destination = $"shop/a{Interlocked.Increment(ref asked)}" }])));
        var run = RunAsync(server, "top", "--interval", "100ms");
        await _terminal.SeeAsync(picture => picture.Contains("shop/a3 ", StringComparison.Ordinal));
        _terminal.Type(" ");
        var paused = await _terminal.SeeAsync(picture => picture.Contains("PAUSED", StringComparison.Ordinal));

        // What was under way may still come; then nothing does, whatever is pressed.
        _terminal.Type("rrr ");
        await _terminal.SeeAsync(picture => !picture.Contains("PAUSED", StringComparison.Ordinal));
        await _terminal.SeeAsync(picture => Services(picture)[0] != Services(paused)[0]);
        _terminal.Type("q");
        Assert.Equal(0, (await run).ExitCode);
    }

    [Fact]
    public async Task A_control_plane_that_goes_away_is_told_and_asked_again()
    {
        var asked = 0;
        await using var server = new ScriptedControlPlane().On("GET /v1/stat", _ => Interlocked.Increment(ref asked) == 2 ? (500, "{\"code\":\"WF0015\",\"message\":\"it has a bad day\"}") : (200, Json(s_routes)));
        var run = RunAsync(server, "top", "--interval", "100ms");
        var broken = await _terminal.SeeAsync(picture => picture.Contains("it has a bad day", StringComparison.Ordinal));
        Assert.Equal(2, Services(broken).Count);
        await _terminal.SeeAsync(picture => !picture.Contains("it has a bad day", StringComparison.Ordinal));
        _terminal.Type("q");
        Assert.Equal(0, (await run).ExitCode);
    }

    [Fact]
    public async Task A_first_answer_that_fails_is_an_error_as_any_other()
    {
        await using var server = new ScriptedControlPlane();
        var run = await RunAsync(server, "top");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("error", run.Error, StringComparison.Ordinal);
        Assert.False(_terminal.IsDisposed);
    }

    [Fact]
    public async Task A_picture_is_never_larger_than_the_screen()
    {
        await using var server = Serve();
        var run = RunAsync(server, "top", "--interval", "1h");
        await _terminal.SeeAsync(_ => true);
        foreach (var (columns, rows) in ((int, int)[])[(40, 4), (20, 2), (10, 1), (200, 50), (3, 3)])
        {
            _terminal.Resize(columns, rows);
            var lines = (await _terminal.SeeAsync(_ => true)).Split('\n');
            Assert.InRange(lines.Length, 1, rows);
            Assert.All(lines, line => Assert.InRange(TextWidth.Of(Plain(line)), 0, columns));
        }

        _terminal.Type("q");
        Assert.Equal(0, (await run).ExitCode);
    }

    [Theory]
    [InlineData(80, "shop/a-service  /a/very/long/path/of/…  10/s", "50ms")]
    [InlineData(60, "shop/a-ser…  /a/very/lo…", "9.0ms")]
    [InlineData(44, "shop/a-se…  /a/very/l…", "92.00%")]
    [InlineData(12, "shop/a-serv…", "…")]
    public void Names_give_way_before_figures_do_and_a_row_stays_one_line(int columns, string name, string last)
    {
        TrafficRow row = new() { Destination = "shop/a-service", Template = "/a/very/long/path/of/some/service with blanks", Requests = 1, RequestsPerSecond = 10, Success = 0.92, P50Ms = 3, P95Ms = 9, P99Ms = 50 };
        var lines = FittedTable.Write(TrafficTables.Top([row], "route", "", ""), isWide: false, new TerminalStyle(false, true, true), columns);
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.InRange(TextWidth.Of(line), 1, columns));
        Assert.Contains(name, lines[1], StringComparison.Ordinal);
        Assert.EndsWith(last, lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_that_is_closed_ends_it()
    {
        await using var server = Serve();
        var run = RunAsync(server, "top");
        await _terminal.SeeAsync(_ => true);
        _terminal.Close();
        Assert.Equal(0, (await run).ExitCode);
    }

    [Theory]
    [InlineData("--no-input")]
    [InlineData("--once")]
    [InlineData("-o", "json")]
    public async Task Keys_are_not_taken_where_nobody_types(params string[] options)
    {
        await using var server = Serve();
        var setting = new WeftRun.Setting { Server = server, IsTerminal = true, Terminal = _terminal, Variables = new Dictionary<string, string> { ["TERM"] = "dumb" } };
        var run = await setting.RunAsync(["top", .. options, "--interval", "1h"]).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("shop/cart", run.Out, StringComparison.Ordinal);
        Assert.False(_terminal.IsDisposed);
    }

    private static ScriptedControlPlane Serve() => new ScriptedControlPlane()
        .On("GET /v1/stat", line => (200, Json(line.Contains("filter=", StringComparison.Ordinal) ? [s_routes[1]] : s_routes)))
        .On("GET /v1/edges", _ => (200, Json(s_edges)));

    private static string Json(IReadOnlyList<TrafficRow> rows) => JsonSerializer.Serialize(new TrafficTable { Rows = rows }, ApiJson.Default.TrafficTable);

    private static IReadOnlyList<string> Services(string picture) => [.. picture.Split('\n').Select(Plain).Where(line => line.StartsWith("shop/", StringComparison.Ordinal)).Select(line => line.Split(' ')[0])];

    private static string Plain(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9;]*m", "");

    private Task<WeftRun> RunAsync(ScriptedControlPlane server, params string[] args)
        => new WeftRun.Setting { Server = server, IsTerminal = true, Terminal = _terminal }.RunAsync(args).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
