using System.CommandLine;
using System.Runtime.InteropServices;
using Weft.Cli.Errors;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli;

/// <summary>Arguments in, exit code out. Parses, answers <c>--help</c>, runs the verb, and turns every failure into findings.</summary>
internal static class WeftProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliHost host)
    {
        var root = CommandTree.Build();
        using var stopping = new CancellationTokenSource();
        using var interrupt = OnSignal(PosixSignal.SIGINT, stopping);
        using var terminate = OnSignal(PosixSignal.SIGTERM, stopping);
        try
        {
            return await RunAsync(root, args, host, stopping.Token);
        }
        catch (CliException failure)
        {
            PrinterFor(host, args).Print(failure.Findings);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            PrinterFor(host, args).Print([BugReport.Write(bug, args, host)]);
            return ExitCode.Internal;
        }
        finally
        {
            await host.Out.FlushAsync(CancellationToken.None);
            await host.Error.FlushAsync(CancellationToken.None);
        }
    }

    private static async Task<int> RunAsync(Verb root, IReadOnlyList<string> args, CliHost host, CancellationToken cancel)
    {
        if (PassThrough(root, args) is { } passed)
        {
            return await passed.Body!(new CommandRun(host, passed, root.Parse([passed.Name])) { PassedOn = [.. args.Skip(1)] }, cancel);
        }

        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var verb = (Verb)parsed.CommandResult.Command;
        if (parsed.GetValue(CommonOptions.Help))
        {
            HelpText.Write(root, verb, host.Out);
            return ExitCode.Ok;
        }

        if (verb.Body is null && parsed.UnmatchedTokens.Count == 0)
        {
            HelpText.Write(root, verb, host.Out);
            return ExitCode.Ok;
        }

        if (verb.Body is null || parsed.Errors.Count > 0)
        {
            throw UsageErrors.From(root, verb, parsed);
        }

        return await verb.Body(new CommandRun(host, verb, parsed), cancel);
    }

    /// <summary>A verb such as <c>weft server</c> is not parsed at all: what follows belongs to another program.</summary>
    private static Verb? PassThrough(Verb root, IReadOnlyList<string> args)
    {
        if (args.Count == 0)
        {
            return null;
        }

        foreach (var command in root.Subcommands)
        {
            if (command is Verb { PassesArgumentsOn: true } verb && string.Equals(verb.Name, args[0], StringComparison.Ordinal))
            {
                return verb;
            }
        }

        return null;
    }

    /// <summary>Errors before or outside a verb: the options that shape them are read straight from the arguments, because parsing may have failed.</summary>
    private static ErrorPrinter PrinterFor(CliHost host, IReadOnlyList<string> args)
    {
        var json = false;
        string? color = null;
        var never = false;
        for (var i = 0; i < args.Count && args[i] != "--"; i++)
        {
            var next = i + 1 < args.Count ? args[i + 1] : "";
            json |= (args[i] is "-o" or "--output" && next is "json" or "jsonl") || args[i] is "-ojson" or "-o=json" or "--output=json" or "--output=jsonl";
            never |= args[i] == "--no-color";
            color = args[i] == "--color" ? next : args[i].StartsWith("--color=", StringComparison.Ordinal) ? args[i]["--color=".Length..] : color;
        }

        return new ErrorPrinter(host.Error, TerminalStyle.For(host, host.ErrorIsTerminal, color, never), json);
    }

    /// <summary>The first signal asks the verb to end in an orderly way; the second is left to the system, which ends the process at once.</summary>
    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stopping)
    {
        return PosixSignalRegistration.Create(signal, context =>
        {
            if (!stopping.IsCancellationRequested)
            {
                context.Cancel = true;
                stopping.Cancel();
            }
        });
    }
}
