using System.Text;

namespace Weft.Proxy.Upgrading;

/// <summary>How this process was started, to start its successor the same way.</summary>
/// <param name="Program">Path of the program as it was named, symbolic links and all, so that whatever lies there later is found.</param>
/// <param name="Arguments">With the program's name first.</param>
internal sealed record StartCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The one-time token has been used, and standard input is gone.</summary>
    private const string JoinToken = "--join-token-stdin";

    /// <summary>Reads it from the kernel. To be called at the start, while the working directory is still the one of the command.</summary>
    public static StartCommand? Read()
    {
        try
        {
            return Resolve(
                Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")),
                Environment.GetEnvironmentVariable("PATH") ?? "",
                Environment.CurrentDirectory,
                File.Exists);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <param name="commandLine">As /proc/self/cmdline has it: every word ends with a zero byte.</param>
    /// <param name="path">Folders in which a bare name is looked for.</param>
    /// <param name="folder">What a relative path starts from.</param>
    /// <param name="exists">Whether a file exists.</param>
    internal static StartCommand? Resolve(string commandLine, string path, string folder, Func<string, bool> exists)
    {
        string[] words = commandLine.Split('\0');
        if (words is not [{ Length: > 0 } name, .. string[] rest])
        {
            return null;
        }

        string? program = name.Contains('/', StringComparison.Ordinal)
            ? Path.Combine(folder, name)
            : path.Split(':').Where(static p => p.Length > 0).Select(p => Path.Combine(folder, p, name)).FirstOrDefault(exists);

        // What stands behind the last zero byte is no word.
        return program is null ? null : new StartCommand(program, [name, .. rest[..^1].Where(static word => word != JoinToken)]);
    }
}
