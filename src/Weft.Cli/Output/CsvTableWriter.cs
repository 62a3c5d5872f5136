namespace Weft.Cli.Output;

/// <summary>RFC 4180: every column, a header line, quotes where needed.</summary>
internal static class CsvTableWriter
{
    public static void Write(TextTable table, TextWriter writer)
    {
        WriteLine(writer, table.Columns.Select(c => c.Name));
        foreach (var row in table.Rows)
        {
            // "-" means no data to a person; a program reads an empty field.
            WriteLine(writer, row.Select(c => c.Text == "-" ? "" : c.Text));
        }
    }

    private static void WriteLine(TextWriter writer, IEnumerable<string> fields)
    {
        writer.Write(string.Join(',', fields.Select(Quote)));
        writer.Write("\r\n");
    }

    private static string Quote(string field)
        => field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
