using System.CommandLine;
using Weft.Cli.Completion;
using Weft.Cli.Docs;
using Weft.Cli.Output;
using Weft.Cli.Tests.Support;
using Xunit;

namespace Weft.Cli.Tests;

public sealed class DocsTests
{
    private const string HowTo = "run: ./weft __docs docs/reference";

    [Fact]
    public void The_reference_of_commands_is_up_to_date()
        => Assert.True(CommandReference.Write(CommandTree.Build()) == Committed("cli.md"), $"docs/reference/cli.md is old; {HowTo}");

    [Fact]
    public void The_reference_of_errors_is_up_to_date()
        => Assert.True(ErrorReference.Write() == Committed("errors.md"), $"docs/reference/errors.md is old; {HowTo}");

    [Fact]
    public void The_reference_of_the_flow_record_is_up_to_date()
        => Assert.True(FlowReference.Write() == Committed("flow-record.md"), $"docs/reference/flow-record.md is old; {HowTo}");

    [Fact]
    public async Task The_hidden_verb_writes_the_pages()
    {
        await using var server = new ScriptedControlPlane();
        var run = await WeftRun.Of(server, "__docs", "out");
        Assert.Equal(new WeftRun(ExitCode.Ok, "", ""), run);
        Assert.Equal(["cli.md", "errors.md", "flow-record.md"], Directory.EnumerateFiles(Path.Combine(server.Folder, "out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Every_verb_has_examples_that_parse_and_help_within_a_screen()
    {
        var root = CommandTree.Build();
        foreach (var verb in All(root).Where(v => !v.Hidden && v != root))
        {
            Assert.True(verb.Examples.Count > 0, verb.Name);
            using var help = new StringWriter { NewLine = "\n" };
            HelpText.Write(root, verb, help);
            Assert.True(help.ToString().Split('\n').Length <= 40, $"{verb.Name}: help is longer than a screen");
            foreach (var words in verb.Examples.Select(Words).Where(w => w[0] == "weft" && !verb.PassesArgumentsOn))
            {
                Assert.True(root.Parse(words[1..]).Errors is [], string.Join(' ', words));
            }
        }
    }

    [Fact]
    public void Words_mean_the_same_wherever_they_appear()
    {
        var names = All(CommandTree.Build()).SelectMany(v => v.Options).Distinct().SelectMany(o => o.Aliases.Where(a => a.Length == 2).Select(a => (Alias: a, o.Name))).Distinct();
        Assert.All(names.GroupBy(n => n.Alias), group => Assert.Single(group.Select(n => n.Name)));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_scripts_know_every_verb(string shell)
    {
        var run = await WeftRun.Of(null, "completion", shell);
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.All(CommandTree.Build().Subcommands.Where(c => !c.Hidden), c => Assert.Contains(c.Name, run.Out, StringComparison.Ordinal));
        Assert.DoesNotContain("__docs", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bash_script_is_valid_and_completes_words_and_live_names()
    {
        await using var server = SampleMesh.Start();
        var script = ShellScripts.Bash(CommandTree.Build());
        var test = script + """

            weft() { [ "$1" = __complete ] && echo "svc/shop/cart svc/shop/web"; }
            complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _weft 2>/dev/null; echo "${COMPREPLY[*]}"; }
            complete_line weft stat
            complete_line weft token cr
            complete_line weft apply --dr
            complete_line weft stat svc/shop/c

            """;
        using var bash = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash", ["--norc", "-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await bash.StandardInput.WriteAsync(test.AsMemory(), TestContext.Current.CancellationToken);
        bash.StandardInput.Close();
        var lines = (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["status stat", "create", "--dry-run", "svc/shop/cart"], lines[..4]);
    }

    [Theory]
    [InlineData("get svc/", "svc/ops/probe svc/shop/cart svc/shop/web")]
    [InlineData("-n", "ops shop")]
    [InlineData("proxy", "drain dump log-level ops/probe-1 renew shop/cart-1 shop/web-1 upgrade")]
    [InlineData("--service", "cart probe web")]
    [InlineData("nonsense", "")]
    public async Task Live_names_come_from_the_control_plane(string words, string expected)
    {
        await using var server = SampleMesh.Start();
        var run = await WeftRun.Of(server, ["__complete", .. words.Split(' ')]);
        Assert.Equal(expected, string.Join(' ', run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task At_a_prompt_there_are_no_errors_and_no_long_waits()
    {
        await using var server = new ScriptedControlPlane().On("GET /v1/services", _ => (500, ""));
        Assert.Equal(new WeftRun(ExitCode.Ok, "", ""), await WeftRun.Of(server, "__complete", "-n"));
        Assert.Equal(new WeftRun(ExitCode.Ok, "", ""), await WeftRun.Of(null, "__complete", "-n"));
    }

    private static IEnumerable<Verb> All(Verb verb) => verb.Subcommands.OfType<Verb>().SelectMany(All).Prepend(verb);

    private static string Committed(string file) => File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", file));

    /// <summary>Splits an example as a shell would, as far as ours need it: quotes, a comment, a redirection or a pipe end the line.</summary>
    private static string[] Words(string example)
    {
        var words = new List<string>();
        foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(example, "\"(?<quoted>[^\"]*)\"|'(?<quoted>[^']*)'|\\S+"))
        {
            if (match.Value is "#" or ">" or "|")
            {
                break;
            }

            words.Add(match.Groups["quoted"] is { Success: true } quoted ? quoted.Value : match.Value);
        }

        return [.. words];
    }
}
