using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Weft.Cli.Output;

/// <summary>Writes a verb's answer to standard output in the format chosen; data goes here and nothing else does.</summary>
internal sealed class OutputWriter(CliHost host, TerminalStyle style, OutputFormat format)
{
    public OutputFormat Format { get; } = format;

    public bool IsTable => Format is OutputFormat.Table or OutputFormat.Wide;

    public void Line(string text) => host.Out.WriteLine(text);

    /// <summary>One answer in any format: the document for programs, the table for people, the names for scripts.</summary>
    /// <param name="document">What JSON and YAML show whole; it carries <c>apiVersion</c> and <c>kind</c>.</param>
    /// <param name="type">Source-generated description of the document.</param>
    /// <param name="table">Made only when a table is asked for.</param>
    /// <param name="names">Made only for <c>-o name</c>, one per line.</param>
    public void Write<T>(T document, JsonTypeInfo<T> type, Func<TextTable> table, Func<IEnumerable<string>>? names = null)
    {
        switch (Format)
        {
            case OutputFormat.Json or OutputFormat.Jsonl or OutputFormat.Yaml:
                Document(JsonSerializer.SerializeToElement(document, type));
                break;
            case OutputFormat.Csv:
                CsvTableWriter.Write(table(), host.Out);
                break;
            case OutputFormat.Name when names is not null:
                foreach (var name in names())
                {
                    Line(name);
                }

                break;
            default:
                Table(table());
                break;
        }
    }

    /// <summary>A JSON value as JSON, JSON lines or YAML.</summary>
    public void Document(JsonElement element)
    {
        switch (Format)
        {
            case OutputFormat.Yaml:
                host.Out.Write(YamlText.Write(element));
                break;
            case OutputFormat.Jsonl:
                Line(JsonText.OneLine(element));
                break;
            default:
                Line(JsonText.Indented(element));
                break;
        }
    }

    public void Table(TextTable table)
    {
        var wide = Format == OutputFormat.Wide;
        if (style.Interactive)
        {
            SpectreTable.Write(table, host.Out, wide, style, host.Width);
        }
        else
        {
            PlainTableWriter.Write(table, host.Out, wide, style);
        }
    }
}
