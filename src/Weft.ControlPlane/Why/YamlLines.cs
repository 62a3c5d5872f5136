namespace Weft.ControlPlane.Why;

/// <summary>Finds lines in canonical YAML.</summary>
internal static class YamlLines
{
    /// <summary>The line, from 1, on which an item of a list begins; null when there is no such list or item.</summary>
    /// <param name="yaml">Canonical text.</param>
    /// <param name="list">Name of the list, wherever it stands first.</param>
    /// <param name="item">From 0.</param>
    internal static int? OfItem(string yaml, string list, int item)
    {
        string[] lines = yaml.Split('\n');
        int start = Array.FindIndex(lines, line => line.TrimStart(' ') == list + ":");
        if (start < 0)
        {
            return null;
        }

        int indent = -1;
        int seen = -1;
        for (int i = start + 1; i < lines.Length; i++)
        {
            int spaces = lines[i].Length - lines[i].TrimStart(' ').Length;
            bool isItem = lines[i].AsSpan(spaces).StartsWith("- ") || lines[i].AsSpan(spaces).SequenceEqual("-");
            indent = indent < 0 && isItem ? spaces : indent;
            if (isItem && spaces == indent && ++seen == item)
            {
                return i + 1;
            }

            if (indent >= 0 && (spaces < indent || (spaces == indent && !isItem)) && lines[i].Length > 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The line on which a field stands first; null when it does not.</summary>
    internal static int? OfField(string yaml, string field)
    {
        int line = Array.FindIndex(yaml.Split('\n'), text => text.TrimStart(' ', '-').StartsWith(field + ":", StringComparison.Ordinal));
        return line < 0 ? null : line + 1;
    }
}
