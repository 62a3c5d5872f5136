namespace Weft.Cli;

/// <summary>Shape of a verb's answer on standard output, chosen with <c>-o</c>.</summary>
internal enum OutputFormat
{
    Table,
    Wide,
    Json,
    Jsonl,
    Yaml,
    Name,
    Csv,
    Short,
    Junit,
    Dot,
    Mermaid,
    Svg,
    Har,
}
