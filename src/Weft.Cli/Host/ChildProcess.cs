using System.ComponentModel;
using System.Diagnostics;

namespace Weft.Cli.Host;

/// <summary>Starts long-lived processes: marked, so that they are found after a crash, and independent of the life of whoever started them.</summary>
internal static class ChildProcess
{
    /// <summary>
    /// The command in a session of its own, its standard error (and output, unless <paramref name="keepOutput"/>) appended to a file by the kernel:
    /// it goes on writing when we are gone.
    /// </summary>
    public static IReadOnlyList<string> Detached(IReadOnlyList<string> command, string logFile, bool keepOutput) =>
        ["sh", "-c", keepOutput ? "exec setsid \"$@\" 2>>\"$0\"" : "exec setsid \"$@\" >>\"$0\" 2>&1 </dev/null", logFile, .. command];

    /// <exception cref="CliException">The program is missing or cannot be executed.</exception>
    public static Process Start(IReadOnlyList<string> command, RunDirectory run, IReadOnlyDictionary<string, string>? environment = null, bool pipes = false)
    {
        var start = new ProcessStartInfo(HostCommand.Find(command[0]) ?? throw HostErrors.MissingProgram(command[0], command[0]))
        {
            RedirectStandardInput = pipes,
            RedirectStandardOutput = pipes,
        };
        foreach (string argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        start.Environment[ProcessTable.MarkVariable] = run.Root;
        try
        {
            return Process.Start(start) ?? throw HostErrors.Fail(HostErrors.CommandFailed, $"{command[0]} cannot be started");
        }
        catch (Win32Exception e)
        {
            throw HostCommand.Failure(command[0], [.. command.Skip(1)], e.Message);
        }
    }
}
