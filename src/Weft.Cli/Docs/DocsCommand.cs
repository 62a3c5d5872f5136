using System.CommandLine;

namespace Weft.Cli.Docs;

/// <summary>Hidden: <c>weft __docs DIR</c> writes the reference pages from the command tree and the catalogues of codes and of fields.</summary>
internal static class DocsCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "Folder to write to", HelpName = "DIR" };

    public static Verb Create(Verb root)
    {
        return new Verb("__docs", "Write the reference pages", VerbGroup.Hidden) { Hidden = true }.With(Folder).Does(async (run, cancel) =>
        {
            var folder = Path.GetFullPath(run.Get(Folder)!, run.Host.WorkingDirectory);
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "cli.md"), CommandReference.Write(root), cancel);
            await File.WriteAllTextAsync(Path.Combine(folder, "errors.md"), ErrorReference.Write(), cancel);
            await File.WriteAllTextAsync(Path.Combine(folder, "flow-record.md"), FlowReference.Write(), cancel);
            return ExitCode.Ok;
        });
    }
}
