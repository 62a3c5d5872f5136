using System.Text.Json;

namespace Weft.Bench.Reporting;

/// <summary>Where a report goes: the terminal, and the files that were asked for.</summary>
internal static class Results
{
    private const string Document = "docs/performance.md";
    private const string DocumentPictures = "images";
    private const string Start = "<!-- bench: what follows is written by bench/run --update-docs -->\n";
    private const string End = "<!-- bench: end -->";

    public static async Task WriteAsync(Report report, BenchOptions options)
    {
        string tables = Markdown.Write(report);
        Console.Write(tables);
        if (options.JsonFile is not null && options.FromFile is null)
        {
            await File.WriteAllTextAsync(options.JsonFile, JsonSerializer.Serialize(report, ReportJson.Default.Report));
        }

        if (options.MarkdownFile is not null)
        {
            await File.WriteAllTextAsync(options.MarkdownFile, tables);
        }

        if (options.PlotFolder is not null)
        {
            await Plots.WriteAsync(report, options.PlotFolder);
        }

        if (options.IsUpdatingDocs)
        {
            string file = Path.Combine(options.Root, Document);
            await File.WriteAllTextAsync(file, Replace(await File.ReadAllTextAsync(file), Markdown.Write(report, DocumentPictures)));
            await Plots.WriteAsync(report, Path.Combine(Path.GetDirectoryName(file)!, DocumentPictures));
        }
    }

    private static string Replace(string document, string tables)
    {
        int start = document.IndexOf(Start, StringComparison.Ordinal);
        int end = document.IndexOf(End, StringComparison.Ordinal);
        return start >= 0 && end > start
            ? document[..(start + Start.Length)] + "\n" + tables + "\n" + document[end..]
            : throw new InvalidDataException($"{Document} has no place for results: it must hold the lines \"{Start.Trim()}\" and \"{End}\"");
    }
}
