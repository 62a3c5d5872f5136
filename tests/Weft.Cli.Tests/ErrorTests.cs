using System.Text.Json;
using System.Text.RegularExpressions;
using Weft.Cli.Commands;
using Weft.Cli.Errors;
using Weft.Cli.Tests.Support;
using Weft.Contracts.Api;
using Weft.Routing;
using Xunit;

namespace Weft.Cli.Tests;

public sealed partial class ErrorTests
{
    [Fact]
    public void Every_code_in_the_sources_is_in_the_catalogue()
    {
        var codes = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => CodeLiteral().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value))
            .Distinct();
        Assert.DoesNotContain(codes, code => ErrorCatalogue.Find(code) is null);
    }

    [Fact]
    public void Every_ending_of_traffic_can_be_explained_by_number_and_by_name()
    {
        foreach (var reason in Enum.GetValues<EndReason>())
        {
            Assert.Equal(EndReasons.Number(reason), ErrorCatalogue.Find(EndReasons.Code(reason))?.Code);
        }
    }

    [Fact]
    public void No_code_stands_twice_in_the_catalogue_and_every_entry_says_what_to_do()
    {
        Assert.Equal(ErrorCatalogue.All.Count, ErrorCatalogue.All.DistinctBy(e => e.Code).Count());
        Assert.All(ErrorCatalogue.All, e => Assert.True(e.Title.Length > 0 && e.Meaning.EndsWith('.') && e.Remedy.Length > 0, e.Code));
    }

    /// <summary>What to do is a command to copy: it must be one.</summary>
    [Fact]
    public void Every_command_in_what_to_do_parses()
    {
        var root = CommandTree.Build();
        var commands = ErrorCatalogue.All.SelectMany(entry => Command().Matches(entry.Remedy).Select(m => (entry.Code, Words: m.Groups[1].Value))).ToList();
        Assert.True(commands.Count > 30);
        Assert.All(commands, command => Assert.True(root.Parse(command.Words.Replace("TYPE", "services", StringComparison.Ordinal)).Errors is [], $"{command.Code}: weft {command.Words}"));
        Assert.All(commands.Where(c => c.Words.StartsWith("get ", StringComparison.Ordinal) && !c.Words.Contains("TYPE", StringComparison.Ordinal)), c => Assert.NotNull(ObjectType.Find(c.Words.Split(' ')[1])));
    }

    [Theory]
    [InlineData(400, ExitCode.BadInput)]
    [InlineData(401, ExitCode.Forbidden)]
    [InlineData(403, ExitCode.Forbidden)]
    [InlineData(404, ExitCode.NotFound)]
    [InlineData(409, ExitCode.Conflict)]
    [InlineData(422, ExitCode.BadInput)]
    [InlineData(500, ExitCode.Internal)]
    [InlineData(501, ExitCode.Conflict)]
    [InlineData(503, ExitCode.Unreachable)]
    [InlineData(504, ExitCode.Timeout)]
    public async Task A_failed_call_has_its_exit_code_in_every_format(int status, int exitCode)
    {
        await using var server = new ScriptedControlPlane().On("GET /v1/status", _ => (status, "{\"code\":\"WF0013\",\"message\":\"no luck\"}"));
        var table = await WeftRun.Of(server, "status");
        var json = await WeftRun.Of(server, "status", "-o", "json");
        Assert.Equal((exitCode, exitCode), (table.ExitCode, json.ExitCode));
        Assert.StartsWith("error[WF0013]: no luck\n", table.Error, StringComparison.Ordinal);
        Assert.Empty(json.Out);
        using var document = JsonDocument.Parse(json.Error);
        Assert.Equal("no luck", document.RootElement.GetProperty("findings")[0].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[1]")]
    public async Task An_answer_that_makes_no_sense_is_a_version_conflict(string body)
    {
        await using var server = new ScriptedControlPlane().On("GET /v1/status", _ => (200, body));
        var run = await WeftRun.Of(server, "status");
        Assert.Equal(ExitCode.Conflict, run.ExitCode);
        Assert.StartsWith("error[WF0015]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_control_plane_is_exit_code_69_with_a_fix()
    {
        var run = await new WeftRun.Setting { Variables = new Dictionary<string, string> { ["WEFT_SOCKET"] = "/nonexistent/weft.sock" } }.RunAsync("status");
        Assert.Equal(ExitCode.Unreachable, run.ExitCode);
        Assert.Contains("there is no such socket (place from: WEFT_SOCKET)", run.Error, StringComparison.Ordinal);
        Assert.Contains("  fix:  start it: weft server", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_from_the_server_cannot_draw_on_the_terminal()
    {
        await using var server = new ScriptedControlPlane().On("GET /v1/status", _ => (409, "{\"code\":\"WF0013\",\"message\":\"a\\u001b[31mb\"}"));
        Assert.StartsWith("error[WF0013]: a?[31mb\n", (await WeftRun.Of(server, "status")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_findings_is_cut_and_counted()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var findings = Enumerable.Range(0, 130).Select(i => new Finding { Code = "WF9999", Message = $"mistake {i}" }).ToList();
        new ErrorPrinter(writer, Weft.Cli.Output.TerminalStyle.Plain, json: false).Print(findings);
        Assert.EndsWith("error[WF9999]: mistake 99\n... and 30 more; -o json shows all\n", writer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stauts", "status")]
    [InlineData("edgse", "edges")]
    [InlineData("desc", "describe")]
    [InlineData("aply", "apply")]
    [InlineData("xyzzy", null)]
    public void The_nearest_word_is_offered_only_when_it_is_near(string typed, string? expected)
        => Assert.Equal(expected, Nearest.Of(typed, ["apply", "describe", "edges", "stat", "status"]));

    /// <summary>"weft" and the words that belong to the command, up to the first that is prose or the end of the phrase.</summary>
    [GeneratedRegex(@"\bweft ((?!itself|holds|did|could|at |run\.)[a-z]+(?: (?!shows|lists|tells|for|at|names|compares|knows|takes|gets|other|topics|can\b)[-a-zA-Z]+(?:/[A-Z]+)?)*)")]
    private static partial Regex Command();

    [GeneratedRegex("\"(WF[0-9]{4})\"")]
    private static partial Regex CodeLiteral();
}
