using System.Text;
using Weft.Contracts.Api;

namespace Weft.Cli.Commands;

/// <summary>Reads what <c>-f</c> names: files, folders (every .yaml, .yml and .json below, in order of name) and "-" for standard input.</summary>
internal static class SourceLoader
{
    public const int FilesMax = 10_000;
    public const long BytesMax = 16 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<IReadOnlyList<SourceDocument>> LoadAsync(CliHost host, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        var documents = new List<SourceDocument>();
        var left = BytesMax;
        foreach (var path in paths)
        {
            if (path == "-")
            {
                var text = await ReadInputAsync(host, cancel);
                left -= text.Length;
                documents.Add(new SourceDocument("<stdin>", text));
                continue;
            }

            foreach (var file in Expand(host, path))
            {
                var text = await ReadFileAsync(host, file, left, cancel);
                left -= text.Length;
                documents.Add(new SourceDocument(file, text));
                if (documents.Count > FilesMax)
                {
                    throw Unreadable(path, $"more than {FilesMax} files", "apply the folders one by one");
                }
            }
        }

        return documents;
    }

    private static List<string> Expand(CliHost host, string path)
    {
        var full = Path.GetFullPath(path, host.WorkingDirectory);
        if (File.Exists(full))
        {
            return [path];
        }

        if (!Directory.Exists(full))
        {
            throw Unreadable(path, "no such file or folder", "check the path");
        }

        try
        {
            var files = Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
                .Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json" && !Path.GetFileName(f).StartsWith('.'))
                .Select(f => Path.Combine(path, Path.GetRelativePath(full, f)))
                .Order(StringComparer.Ordinal)
                .ToList();
            return files.Count > 0 ? files : throw Unreadable(path, "the folder holds no .yaml, .yml or .json file", "check the path");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e.Message, "check the permissions");
        }
    }

    private static async Task<string> ReadFileAsync(CliHost host, string path, long bytesMax, CancellationToken cancel)
    {
        try
        {
            var full = Path.GetFullPath(path, host.WorkingDirectory);
            if (new FileInfo(full).Length > bytesMax)
            {
                throw TooLarge(path);
            }

            return await File.ReadAllTextAsync(full, StrictUtf8, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw Unreadable(path, e is DecoderFallbackException ? "it is not UTF-8" : e.Message, "check the file and its permissions");
        }
    }

    private static async Task<string> ReadInputAsync(CliHost host, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new char[8192];
        int read;
        while ((read = await host.In.ReadAsync(buffer, cancel)) > 0)
        {
            text.Append(buffer, 0, read);
            if (text.Length > BytesMax)
            {
                throw TooLarge("<stdin>");
            }
        }

        return text.ToString();
    }

    private static CliException TooLarge(string path) => Unreadable(path, $"more than {BytesMax / 1024 / 1024} MiB in one commit", "split it");

    private static CliException Unreadable(string path, string cause, string fix)
        => CliException.Of(ExitCode.BadInput, "WF0005", $"\"{path}\" cannot be read", cause, fix);
}
