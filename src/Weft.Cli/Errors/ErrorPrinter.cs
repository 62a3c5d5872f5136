using System.Text.Json;
using Weft.Cli.Output;
using Weft.Contracts.Api;

namespace Weft.Cli.Errors;

/// <summary>Prints findings on standard error in their one shape, or as one JSON object when the answer was asked for as JSON.</summary>
internal sealed class ErrorPrinter(TextWriter writer, TerminalStyle style, bool json)
{
    /// <summary>Nobody reads more than this at once; the rest is counted.</summary>
    public const int ShownMax = 100;

    public void Print(IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        if (json)
        {
            var document = new ErrorDocument { Findings = [.. findings.Select(ErrorObject.From)] };
            writer.WriteLine(JsonText.OneLine(JsonSerializer.SerializeToElement(document, CliJson.Default.ErrorDocument)));
            return;
        }

        for (var i = 0; i < findings.Count && i < ShownMax; i++)
        {
            PrintOne(findings[i]);
        }

        if (findings.Count > ShownMax)
        {
            writer.WriteLine($"... and {findings.Count - ShownMax} more; -o json shows all");
        }
    }

    private void PrintOne(Finding finding)
    {
        var warning = finding.Severity == "warning";
        var head = style.Paint(warning ? Tone.Warning : Tone.Bad, $"{(warning ? "warning" : "error")}[{finding.Code}]");
        writer.WriteLine($"{head}: {TextWidth.Safe(finding.Message)}");
        if (finding.Location is { } at)
        {
            writer.WriteLine("  --> " + TextWidth.Safe(Place(at)));
        }

        Row("why", finding.Cause);
        Row("near", finding.Near);
        foreach (var fix in finding.Fixes)
        {
            Row("fix", fix);
        }

        if (ErrorCatalogue.Find(finding.Code) is not null)
        {
            Row("more", $"weft explain {finding.Code}");
        }
    }

    private void Row(string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            // Labels are padded to the longest, so that the texts stand under each other.
            var lines = TextWidth.Safe(text, keepLines: true).Replace("\n", "\n        ", StringComparison.Ordinal);
            writer.WriteLine($"  {style.Paint(Tone.Dim, label + ":")}{new string(' ', 5 - label.Length)}{lines}");
        }
    }

    private static string Place(FindingLocation at)
    {
        var place = at.Line > 0 ? at.Column > 0 ? $"{at.File}:{at.Line}:{at.Column}" : $"{at.File}:{at.Line}" : at.File;
        return (at.Path, at.Text) switch
        {
            (null, null) => place,
            (null, var text) => $"{place}   {text}",
            (var path, null) => $"{place}   {path}",
            var (path, text) => $"{place}   {path} = {text}",
        };
    }
}
