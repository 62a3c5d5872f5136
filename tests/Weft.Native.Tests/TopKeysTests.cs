using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Weft.Native.Tests;

/// <summary>The built <c>weft top</c> on a pseudo-terminal, against the built control plane: keys work, and the terminal is given back however it ends.</summary>
public sealed partial class TopKeysTests
{
    private const string Taken = "\u001b[?1049h";
    private const string Given = "\u001b[?1049l";

    [Fact]
    public async Task Keys_sort_group_filter_and_quit_and_a_resize_draws_anew()
    {
        await using ControlPlane plane = await ControlPlane.StartAsync();
        await using PseudoTerminal terminal = Start(plane, "tty; stty rows 30 cols 100; echo mode $(stty -g); $WEFT top --interval 1h; echo exit $?; echo mode $(stty -g)");
        await terminal.SeeAsync("by route   sort rps▼");
        Assert.Contains(Taken, terminal.Written, StringComparison.Ordinal);
        await terminal.TypeUntilAsync("s", "sort errors▼");
        await terminal.TypeUntilAsync("\u001b[D", "sort rps▼");
        await terminal.TypeUntilAsync("r", "sort rps▲");
        await terminal.TypeUntilAsync("g", "by service");
        await terminal.TypeUntilAsync("/rps>1 and success<99%\r", "filter rps>1 and success<99%");
        Assert.Contains("filter rps>1 and", await terminal.TypeUntilAsync("/\u0015status>500\r", "there is no field \"status\""), StringComparison.Ordinal);
        await terminal.TypeUntilAsync("\u001b", "no traffic");
        await terminal.TypeUntilAsync(" ", "PAUSED");
        await terminal.TypeUntilAsync("?", "space pause");

        int before = terminal.Written.Length;
        (int code, _, string errors) = await Programs.RunAsync("stty", "-F", Device().Match(terminal.Written).Value, "rows", "10", "cols", "40");
        Assert.True(code == 0, errors);
        string narrow = await terminal.SeeAsync("s/S sort   r reverse   g/G group   / fil\u001b", before);

        // A picture in the old size may have been drawn a moment before.
        string last = narrow.Split("\u001b[H").Last(static picture => picture.Contains("fil\u001b", StringComparison.Ordinal));
        Assert.All(Escapes().Replace(last, "").Split('\n'), static line => Assert.InRange(line.TrimEnd('\r').Length, 0, 40));

        await terminal.TypeUntilAsync("q", "exit 0");
        await GivenBackAsync(terminal);
    }

    [Theory]
    [InlineData("INT", "\u0003", 130)]
    [InlineData("TERM", "", 130)]
    [InlineData("QUIT", "\u001c", 131)]
    [InlineData("HUP", "", 129)]
    public async Task A_signal_ends_it_and_gives_the_terminal_back(string signal, string key, int code)
    {
        await using ControlPlane plane = await ControlPlane.StartAsync();
        await using PseudoTerminal terminal = Start(plane, "ulimit -c 0; echo mode $(stty -g); $WEFT top & echo pid $!; fg; echo exit $?; echo mode $(stty -g)");
        await terminal.SeeAsync("by route");
        if (key.Length > 0)
        {
            await terminal.TypeAsync(key);
        }
        else
        {
            await ControlPlane.Signal(int.Parse(Pid().Match(terminal.Written).Groups[1].ValueSpan, CultureInfo.InvariantCulture), signal);
        }

        await terminal.SeeAsync(string.Create(CultureInfo.InvariantCulture, $"exit {code}"));
        await GivenBackAsync(terminal);
    }

    [Fact]
    public async Task A_stop_gives_the_terminal_to_the_shell_and_going_on_takes_it_again()
    {
        await using ControlPlane plane = await ControlPlane.StartAsync();
        await using PseudoTerminal terminal = Start(plane, "echo mode $(stty -g); $WEFT top; echo stopped; echo mode $(stty -g); read; fg; echo exit $?");
        await terminal.SeeAsync("by route");
        await terminal.TypeUntilAsync("\u001a", "stopped");
        await GivenBackAsync(terminal);
        Assert.Contains(Taken, await terminal.TypeUntilAsync("\n", "by route"), StringComparison.Ordinal);
        await terminal.TypeUntilAsync("s", "sort errors");
        await terminal.TypeUntilAsync("q", "exit 0");
    }

    [Fact]
    public async Task A_terminal_that_vanishes_ends_it()
    {
        await using ControlPlane plane = await ControlPlane.StartAsync();
        int process;
        await using (PseudoTerminal terminal = Start(plane, "$WEFT top & echo pid $!; fg"))
        {
            await terminal.SeeAsync("by route");
            process = int.Parse(Pid().Match(terminal.Written).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        for (long until = Environment.TickCount64 + 60_000; Directory.Exists($"/proc/{process}"); await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            Assert.True(Environment.TickCount64 < until, "it goes on without a terminal");
        }
    }

    [GeneratedRegex("/dev/pts/[0-9]+")]
    private static partial Regex Device();

    [GeneratedRegex("pid ([0-9]+)")]
    private static partial Regex Pid();

    [GeneratedRegex("mode ([0-9a-f:]+)")]
    private static partial Regex Mode();

    [GeneratedRegex("\u001b\\[[?]?[0-9;]*[A-Za-z]")]
    private static partial Regex Escapes();

    private static PseudoTerminal Start(ControlPlane plane, string command) => PseudoTerminal.Start(
        command, ("WEFT", Programs.Weft), ("WEFT_SOCKET", Path.Combine(plane.Folder, "weft.sock")), ("XDG_CONFIG_HOME", plane.Folder), ("LANG", "C.UTF-8"), ("TERM", "xterm"), ("NO_COLOR", "1"));

    /// <summary>The settings are those of before, and the last word was to leave the other screen and to show the cursor.</summary>
    private static async Task GivenBackAsync(PseudoTerminal terminal)
    {
        for (long until = Environment.TickCount64 + 60_000; Mode().Count(terminal.Written) < 2; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            Assert.True(Environment.TickCount64 < until, terminal.Written);
        }

        string[] modes = [.. Mode().Matches(terminal.Written).Select(static match => match.Groups[1].Value)];
        Assert.Equal(modes[0], modes[1]);
        Assert.True(terminal.Written.LastIndexOf(Given, StringComparison.Ordinal) > terminal.Written.LastIndexOf(Taken, StringComparison.Ordinal));
        Assert.True(terminal.Written.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > terminal.Written.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
    }
}
