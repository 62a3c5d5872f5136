using System.Text;
using Weft.Contracts.Api;

namespace Weft.Cli.Errors;

/// <summary>Writes what is known about a mistake of ours to a file that only the user can read, and says where.</summary>
internal static class BugReport
{
    public static Finding Write(Exception bug, IReadOnlyList<string> args, CliHost host)
    {
        var text = new StringBuilder();
        text.AppendLine($"weft {ProductVersion.Text}");
        text.AppendLine($"time: {host.Clock.GetUtcNow():O}");
        // Arguments after "--" belong to somebody else's program and may hold its secrets.
        text.AppendLine($"arguments: {string.Join(' ', args.TakeWhile(a => a != "--"))}");
        text.AppendLine(bug.ToString());
        return new Finding
        {
            Code = "WF9001",
            Message = $"internal error: {bug.GetType().Name}: {bug.Message}",
            Cause = "this is a bug in weft, not in what you typed",
            Fixes = [Save(text.ToString()) is { } path ? $"please file the report in {path}" : "please file this message"],
        };
    }

    private static string? Save(string text)
    {
        try
        {
            // A fresh file with mode 0600 and a name nobody can have put a link under.
            var path = Path.GetTempFileName();
            File.WriteAllText(path, text);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
