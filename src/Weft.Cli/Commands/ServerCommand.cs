using System.Runtime.InteropServices;

namespace Weft.Cli.Commands;

/// <summary><c>weft server …</c> becomes the control plane's program: same process, same streams, its own arguments.</summary>
internal static partial class ServerCommand
{
    public static Verb Create()
    {
        return new Verb("server", "Run the control plane; all arguments go to weft-server", VerbGroup.Operate, "weft server", "weft server --help")
        {
            PassesArgumentsOn = true,
            Details = "The program weft-server is looked for in WEFT_SERVER_PROGRAM, beside weft, in server/ below or beside it, and then in the search path.",
        }.Does(Run);
    }

    /// <summary>The path of <c>weft-server</c>, or null.</summary>
    public static string? FindProgram(CliHost host) => ProgramFinder.Find(host, "weft-server", "WEFT_SERVER_PROGRAM", "server");

    private static Task<int> Run(CommandRun run, CancellationToken cancel)
    {
        var program = FindProgram(run.Host) ?? throw CliException.Of(
            ExitCode.Unreachable,
            "WF0017",
            "the program weft-server is not there",
            $"looked in {run.Host.ProgramDirectory}, ../server and PATH",
            "set WEFT_SERVER_PROGRAM to its path");
        run.Host.Out.Flush();
        var errno = Replace(program, run.PassedOn);
        throw CliException.Of(ExitCode.Internal, "WF0017", $"{program} cannot be started: {Marshal.GetPInvokeErrorMessage(errno)}", null, "check that the file is a program and may be executed");
    }

    /// <summary>Replaces this process by another program, which keeps its process id and gets its signals itself. Returns errno; never returns on success.</summary>
    private static unsafe int Replace(string program, IReadOnlyList<string> arguments)
    {
        var words = new List<string> { program };
        words.AddRange(arguments);
        var pointers = new byte*[words.Count + 1];
        for (var i = 0; i < words.Count; i++)
        {
            pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(words[i]);
        }

        fixed (byte** argv = pointers)
        {
            _ = Execv(argv[0], argv);
        }

        return Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Execv(byte* path, byte** argv);
}
