using Weft.Cli.Output;
using Weft.Cli.Progress;
using Xunit;

namespace Weft.Cli.Tests;

public sealed class StepTests
{
    [Fact]
    public async Task Off_a_terminal_each_step_is_one_line_when_it_ends()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var steps = new StepReporter(Host(error), new TerminalStyle(false, false, false), quiet: false);
        Assert.Equal(4, await steps.RunAsync("count", step => Task.FromResult(Said(step, "four")), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<IOException>(() => steps.RunAsync("fall", _ => throw new IOException("no disk"), TestContext.Current.CancellationToken));
        steps.Warn("careful");
        Assert.Matches("^ok count \\(four, [0-9.]+m?s\\)\nFAIL fall \\(no disk\\)\nwarn careful\n$", error.ToString());
    }

    [Fact]
    public async Task On_a_terminal_a_slow_step_spins_and_then_leaves_one_line()
    {
        using var error = new SignallingWriter("⠙");
        var steps = new StepReporter(Host(error), new TerminalStyle(false, true, true), quiet: false);
        await steps.RunAsync("wait", async _ => await error.Seen.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Matches("\r\u001b\\[2K✓ wait \\([0-9.]+m?s\\)\n$", error.ToString());
    }

    [Fact]
    public async Task A_quick_step_never_spins()
    {
        using var error = new StringWriter { NewLine = "\n" };
        await new StepReporter(Host(error), new TerminalStyle(false, true, true), quiet: false).RunAsync("quick", _ => Task.CompletedTask, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("⠋", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_keeps_failures_only()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var steps = new StepReporter(Host(error), TerminalStyle.Plain, quiet: true);
        await steps.RunAsync("fine", _ => Task.CompletedTask, TestContext.Current.CancellationToken);
        steps.Fail("bad", "why");
        Assert.Equal("FAIL bad (why)\n", error.ToString());
    }

    private static int Said(Step step, string detail)
    {
        step.Update(detail);
        return 4;
    }

    private static CliHost Host(TextWriter error) => new() { In = TextReader.Null, Out = TextWriter.Null, Error = error };

    /// <summary>Completes a task when a text has been written.</summary>
    private sealed class SignallingWriter(string awaited) : StringWriter
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public override string NewLine => "\n";

        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains(awaited, StringComparison.Ordinal) == true)
            {
                _seen.TrySetResult();
            }
        }
    }
}
